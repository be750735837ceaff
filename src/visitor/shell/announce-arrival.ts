import type { WorkerNotice } from '../bridge/messages.ts';

/** A service worker answers in some milliseconds; without its answer the page is still shown. */
const NOTED_WITHIN_MS = 1_000;

/**
 * Tells the service worker which page has led to this tab, so that the host is told as any server would be;
 * resolves when it knows, and at once when there is none. For the shell's first moments, before the frame is
 * sent anywhere.
 */
export async function announceArrival(): Promise<void> {
  const { referrer } = document;
  if (referrer === '') return;
  const { active } = await navigator.serviceWorker.ready;
  const notice: WorkerNotice = { kind: 'peerserver-arrival', url: location.href, referrer };
  await new Promise<void>((resolve) => {
    const { port1, port2 } = new MessageChannel();
    const done = () => {
      port1.close();
      resolve();
    };
    port1.onmessage = done;
    setTimeout(done, NOTED_WITHIN_MS);
    active?.postMessage(notice, [port2]);
  });
}
