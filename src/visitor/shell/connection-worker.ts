import { workerScript } from 'virtual:connection-worker';
import { PagePeers } from '../../link/page-peers.ts';
import { BridgeClient } from '../bridge/bridge-client.ts';
import type { ToWorker } from '../bridge/messages.ts';
import type { SocketRequest } from '../bridge/socket-messages.ts';
import type { ConnectStep } from '../connect-site.ts';
import type { ConnectionState, ToConnectionWorker, ToPage } from '../connection-worker/messages.ts';
import type { CookiesToPage, CookiesToWorker } from '../cookies/cookie-messages.ts';

/** The page's end of the connection worker, which owns the connection to the host. */
export class ConnectionWorker {
  onState: (state: ConnectionState) => void = () => {};
  onProgress: (step: ConnectStep) => void = () => {};
  onCookies: (message: CookiesToPage) => void = () => {};
  /** The worker cannot go on. */
  onBroken: (error: Error) => void = () => {};
  readonly #worker: Worker;
  readonly #shell: string;
  readonly #peers = new PagePeers();
  #ownBridge: Promise<BridgeClient> | undefined;

  /** @param shell token of this shell */
  constructor(shell: string) {
    this.#shell = shell;
    // The script comes with the shell's own page: nothing has to be fetched, and nothing can be swapped.
    const url = URL.createObjectURL(new Blob([workerScript], { type: 'text/javascript' }));
    this.#worker = new Worker(url);
    URL.revokeObjectURL(url);
    this.#worker.onmessage = (event: MessageEvent<ToPage>) => this.#receive(event);
    this.#worker.onerror = (event) => this.onBroken(new Error(event.message));
  }

  /** Connects, and stays connected. */
  start(site: string, signalUrl: string): void {
    this.#post({ kind: 'start', site, signalUrl, shell: this.#shell });
  }

  /** Tries again now instead of later. */
  retry(): void {
    this.#post({ kind: 'retry' });
  }

  /** Lets the service worker with the token `worker`, or else this page, ask over `port`. */
  serveBridge(port: MessagePort, worker?: string): void {
    this.#post({ kind: 'bridge', ...(worker === undefined ? {} : { worker }) }, [port]);
  }

  /** The page's own way to ask the host; opened when it is first asked for, after `start`. */
  ownBridge(): Promise<BridgeClient> {
    this.#ownBridge ??= new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = (event: MessageEvent<ToWorker>) => {
        if (event.data.kind === 'ready') resolve(new BridgeClient(port1, this.#shell, () => {}));
      };
      this.serveBridge(port2);
    });
    return this.#ownBridge;
  }

  /** Opens a WebSocket of a page's, which speaks over `port`. */
  openSocket(request: SocketRequest, port: MessagePort): void {
    this.#post({ kind: 'socket', request }, [port]);
  }

  /** What the shell's page says about cookies; after `start`. */
  sendCookies(message: CookiesToWorker): void {
    this.#post(message);
  }

  /** Ends the connections at once, since the page goes. */
  closePeers(): void {
    this.#peers.closeAll();
  }

  #receive({ data, ports }: MessageEvent<ToPage>): void {
    switch (data.kind) {
      case 'state':
        this.onState(data.state);
        break;
      case 'progress':
        this.onProgress(data.step);
        break;
      case 'peer':
        if (ports[0]) this.#servePeer(ports[0], data.iceServers);
        break;
      case 'cookies':
        this.onCookies(data);
        break;
      case 'keep-alive':
        void keepServiceWorkerAlive();
        break;
      case 'broken':
        this.onBroken(new Error(data.message));
        break;
    }
  }

  #servePeer(port: MessagePort, iceServers: Parameters<PagePeers['serve']>[1]): void {
    try {
      this.#peers.serve(port, iceServers);
    } catch (cause) {
      this.onBroken(
        new Error('This browser is too old. Chrome 130, Firefox 144 or Safari 15 will do.', {
          cause,
        }),
      );
    }
  }

  #post(message: ToConnectionWorker, transfer: Transferable[] = []): void {
    this.#worker.postMessage(message, transfer);
  }
}

async function keepServiceWorkerAlive(): Promise<void> {
  const registration = await navigator.serviceWorker.getRegistration('/');
  registration?.active?.postMessage({ kind: 'peerserver-keep-alive' });
}
