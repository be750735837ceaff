import { type HeaderList, headerValue } from '../../protocol/http-message.ts';
import type { BridgeAnswer } from '../bridge/bridge-client.ts';
import type { NoDocumentNotice } from '../bridge/messages.ts';
import { isAttachment } from './download.ts';

declare const self: ServiceWorkerGlobalScope;

/** Whatever else a browser saves shows by its frame's staying blank, some seconds later. */
const SAVED_TYPE =
  /^application\/(octet-stream|(x-)?(zip|gzip|tar|bzip2|xz|zstd|7z|rar)(-compressed)?|vnd\.rar|(epub|java-archive)(\+zip)?|msword|vnd\.(ms-|openxmlformats-|oasis\.|android\.package-archive).*|x-(msdownload|apple-diskimage|iso9660-image|debian-package|rpm))$/i;

/** True if every browser saves the answer to a navigation instead of showing it. */
export function isSaved(headers: HeaderList): boolean {
  const [type = ''] = (headerValue(headers, 'content-type') ?? '').split(';');
  return isAttachment(headers) || SAVED_TYPE.test(type.trim());
}

/**
 * A tab whose first address brings no page would wait for it for good: its shell is told.
 * @param urls what was asked for, and what has led there
 */
export function tellWhenNothingShows({ status, headers }: BridgeAnswer, urls: string[]): void {
  const isEmpty = status === 204 || status === 205;
  const isFile = status >= 200 && status < 300 && isSaved(headers);
  if (!isEmpty && !isFile) return;
  const reason = isEmpty ? 'empty' : 'download';
  // Which shell's frame has asked cannot be seen here; each knows what it has sent its own to.
  void self.clients.matchAll({ type: 'window', includeUncontrolled: true }).then((windows) => {
    for (const client of windows) {
      if (client.frameType !== 'top-level') continue;
      for (const url of urls) {
        const notice: NoDocumentNotice = { kind: 'peerserver-no-document', url, reason };
        client.postMessage(notice);
      }
    }
  });
}
