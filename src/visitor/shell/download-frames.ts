import { tagUrl } from '../bridge/request-tag.ts';

/** Chromium fails what a service worker has not answered after so long, ms: then nothing more can come. */
const FRAME_LIFE_MS = 5 * 60_000;

/**
 * Has a file of the site saved, without anything happening to its page: a frame of the shell's own is sent to the
 * address, and the service worker makes a download of whatever comes.
 * @param url of this origin
 * @param name for the file; empty: as the host or the address says
 * @param shell token of this shell, which tells the service worker that the site's page has asked for this
 */
export function startDownload(url: string, name: string, shell: string): void {
  const frame = document.createElement('iframe');
  // Each has a frame of its own: to send one somewhere else would stop what it waits for.
  frame.hidden = true;
  document.body.append(frame);
  frame.contentWindow?.location.replace(tagUrl(new URL(url), { download: name, shell }));
  setTimeout(() => frame.remove(), FRAME_LIFE_MS);
}
