import type { BridgeAnswer } from '../bridge/bridge-client.ts';
import type { NoDocumentNotice } from '../bridge/messages.ts';
import { isAttachment } from './download.ts';

declare const self: ServiceWorkerGlobalScope;

/** A tab whose first address brings no page would wait for it for good: its shell is told. */
export function tellWhenNothingShows({ status, headers }: BridgeAnswer, url: string): void {
  const isEmpty = status === 204 || status === 205;
  if (!isEmpty && !isAttachment(headers)) return;
  const reason = isEmpty ? 'empty' : 'download';
  const notice: NoDocumentNotice = { kind: 'peerserver-no-document', url, reason };
  // Which shell's frame has asked cannot be seen here; each knows what it has sent its own to.
  void self.clients.matchAll({ type: 'window', includeUncontrolled: true }).then((windows) => {
    for (const client of windows) {
      if (client.frameType === 'top-level') client.postMessage(notice);
    }
  });
}
