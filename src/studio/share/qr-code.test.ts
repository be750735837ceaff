import { describe, expect, it } from 'vitest';
import { QUIET_ZONE, qrCodeFile, qrCodeOf } from './qr-code.ts';

/** The modules that a path draws dark. */
function drawn(path: string): Set<string> {
  const dark = new Set<string>();
  for (const [, x, y, run] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
    for (let at = 0; at < Number(run); at += 1) dark.add(`${Number(x) + at} ${y}`);
  }
  return dark;
}

describe('a QR code', () => {
  const code = qrCodeOf('https://peer.example/connect/garden/');

  it('has a size that codes have, and light around it', () => {
    const modules = code.size - 2 * QUIET_ZONE;
    expect((modules - 17) % 4).toBe(0);
    for (const place of drawn(code.path)) {
      for (const at of place.split(' ').map(Number)) {
        expect(at).toBeGreaterThanOrEqual(QUIET_ZONE);
        expect(at).toBeLessThan(code.size - QUIET_ZONE);
      }
    }
  });

  it('has a finder in three of its corners', () => {
    const dark = drawn(code.path);
    const end = code.size - QUIET_ZONE - 7;
    for (const [x, y] of [
      [QUIET_ZONE, QUIET_ZONE],
      [end, QUIET_ZONE],
      [QUIET_ZONE, end],
    ] as const) {
      for (let at = 0; at < 7; at += 1) {
        expect(dark.has(`${x + at} ${y}`)).toBe(true);
        expect(dark.has(`${x} ${y + at}`)).toBe(true);
      }
      expect(dark.has(`${x + 1} ${y + 1}`)).toBe(false);
      expect(dark.has(`${x + 3} ${y + 3}`)).toBe(true);
    }
  });

  it('is a file of its own, black on white', () => {
    const file = qrCodeFile(code);
    expect(file).toContain('fill="#fff"');
    expect(file).toContain(`viewBox="0 0 ${code.size} ${code.size}"`);
    expect(file).toContain(code.path);
  });
});
