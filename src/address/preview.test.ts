import { describe, expect, it } from 'vitest';
import {
  isPreviewGreeting,
  MAX_PREVIEW_PATH,
  MAX_PREVIEW_STYLES,
  PREVIEW_GREETING,
  previewedUrl,
  previewUrl,
  readFromPreview,
  readToPreview,
} from './preview.ts';

const origin = 'http://garden.localhost:8890';

describe('the address of a preview', () => {
  it.each(['/', '/a b?q=1&r=2#part', '/%zz', '/ü'])('brings %s to the other side', (path) => {
    const shown = previewedUrl(new URL(previewUrl(origin, path)));
    expect(shown).toBe(new URL(path, origin).href);
  });

  it.each([
    '',
    'about.html',
    '//elsewhere.test/',
    '/\\elsewhere.test/',
    '/.//elsewhere.test/',
    '/a/..//elsewhere.test/',
    '/.\\/elsewhere.test/',
    '/%2e//elsewhere.test/',
    'javascript:alert(1)',
    '/.peerserver/preview',
    '/a/../.peerserver/service-worker.js',
    `/${'a'.repeat(MAX_PREVIEW_PATH)}`,
  ])('shows the start instead of %s', (path) => {
    expect(previewedUrl(new URL(previewUrl(origin, path)))).toBe(`${origin}/`);
  });
});

describe('what studio and preview say', () => {
  it('is read as it was said', () => {
    expect(isPreviewGreeting(PREVIEW_GREETING)).toBe(true);
    const page = { kind: 'page', path: '/a?b#c', title: 'A' } as const;
    expect(readFromPreview(page)).toEqual(page);
    expect(readToPreview({ kind: 'reload', more: 1 })).toEqual({ kind: 'reload' });
    const visitor = { kind: 'visitor', key: 'B'.repeat(87) } as const;
    expect(readFromPreview(visitor)).toEqual(visitor);
    expect(readFromPreview({ kind: 'screen', more: 1 })).toEqual({ kind: 'screen' });
    const host = { kind: 'host', key: 'B'.repeat(87) } as const;
    expect(readToPreview(host)).toEqual(host);
    const styles = { kind: 'styles', paths: ['/style.css'] } as const;
    expect(readToPreview(styles)).toEqual(styles);
    expect(readToPreview({ kind: 'open', path: '/a' })).toEqual({ kind: 'open', path: '/a' });
  });

  it.each([
    undefined,
    null,
    'page',
    { kind: 'page' },
    { kind: 'page', path: 'http://elsewhere.test/', title: '' },
    { kind: 'page', path: '/', title: 3 },
    { kind: 'failed' },
    { kind: 'visitor' },
    { kind: 'visitor', key: 'B'.repeat(1_000) },
    { kind: 'host' },
    { kind: 'host', key: 'B'.repeat(1_000) },
    { kind: 'open', path: '//elsewhere.test' },
    { kind: 'open', path: '/.//elsewhere.test' },
    { kind: 'page', path: '/.//elsewhere.test', title: '' },
    { kind: 'styles', paths: ['/.//elsewhere.test/style.css'] },
    { kind: 'styles', paths: '/style.css' },
    { kind: 'styles', paths: ['/style.css', 3] },
    { kind: 'styles', paths: Array.from({ length: MAX_PREVIEW_STYLES + 1 }, () => '/a.css') },
    { kind: 'peerserver-preview', version: 2 },
  ])('is not %j', (data) => {
    expect(readFromPreview(data)).toBeUndefined();
    expect(readToPreview(data)).toBeUndefined();
    expect(isPreviewGreeting(data)).toBe(false);
  });

  it('is cut when it is too long to be shown', () => {
    const said = readFromPreview({ kind: 'failed', message: 'x'.repeat(100_000) });
    expect(said).toEqual({ kind: 'failed', message: 'x'.repeat(500) });
  });
});
