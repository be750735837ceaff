/**
 * The page that `link.test.ts` opens: one end of a link, driven through `window.callLinkEnd`. With `?worker`
 * the end runs in a worker, and only the connection itself is the page's.
 */
import { createBrowserPeer } from '../src/link/browser-peer.ts';
import { PagePeers } from '../src/link/page-peers.ts';
import { type Command, LinkEnd } from './link-end.ts';
import type { ToLinkPage, ToLinkWorker } from './link-messages.ts';

declare global {
  interface Window {
    callLinkEnd(command: Command, argument: string | number): Promise<unknown>;
    /** Brings a message to the other end; provided by the test. */
    relay(message: string): Promise<void>;
  }
}

const relay = (message: string): void => void window.relay(message);

if (location.search === '?worker') {
  startWorker();
} else {
  const linkEnd = new LinkEnd(createBrowserPeer, relay);
  window.callLinkEnd = async (command, argument) => linkEnd.commands[command](argument);
}

interface Pending {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

function startWorker(): void {
  const worker = new Worker('/worker.js', { type: 'module' });
  const peers = new PagePeers();
  const pending = new Map<number, Pending>();
  let count = 0;
  worker.onmessage = ({ data, ports }: MessageEvent<ToLinkPage>) => {
    if (data.kind === 'result') pending.get(data.number)?.resolve(data.value);
    else if (data.kind === 'error') pending.get(data.number)?.reject(new Error(data.message));
    else if (data.kind === 'relay') relay(data.message);
    else if (ports[0]) peers.serve(ports[0], data.iceServers);
  };
  window.callLinkEnd = (command, argument) => {
    count += 1;
    worker.postMessage({ number: count, command, argument } satisfies ToLinkWorker);
    return new Promise((resolve, reject) => pending.set(count, { resolve, reject }));
  };
}
