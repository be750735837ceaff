import { systemClock } from '../../protocol/clock.ts';

/** How long the bytes are kept for the browser to take them, milliseconds; some begin after the click. */
const KEEP_MS = 10_000;

/** Gives the browser a file to save, as a link to it would. */
export function saveFile(name: string, bytes: Uint8Array<ArrayBuffer>): void {
  // Of this type, no browser opens it instead.
  const url = URL.createObjectURL(new Blob([bytes], { type: 'application/octet-stream' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  systemClock.schedule(KEEP_MS, () => URL.revokeObjectURL(url));
}
