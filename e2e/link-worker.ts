/** One end of a link in a worker, lanes and all; `link-page.ts` holds the connection. */
import { createWorkerPeer } from '../src/link/worker-peer.ts';
import { LinkEnd } from './link-end.ts';
import type { ToLinkPage, ToLinkWorker } from './link-messages.ts';

const post = (message: ToLinkPage, transfer: Transferable[] = []): void =>
  self.postMessage(message, { transfer });

const linkEnd = new LinkEnd(
  createWorkerPeer((iceServers, port) => post({ kind: 'peer', iceServers }, [port])),
  (message) => post({ kind: 'relay', message }),
);

self.onmessage = async ({ data }: MessageEvent<ToLinkWorker>) => {
  const { number, command, argument } = data;
  try {
    post({ kind: 'result', number, value: await linkEnd.commands[command](argument) });
  } catch (thrown) {
    post({ kind: 'error', number, message: String(thrown) });
  }
};
