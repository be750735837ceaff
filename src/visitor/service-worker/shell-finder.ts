import { BridgeClient } from '../bridge/bridge-client.ts';
import {
  BRIDGE_VERSION,
  type BridgeInvitation,
  type ToWorker,
  workerLockName,
} from '../bridge/messages.ts';

declare const self: ServiceWorkerGlobalScope;

/**
 * A shell answers in a few milliseconds, unless the site's page keeps the thread that they share busy: then
 * the request waits for it, as one to any server would.
 */
const ANSWER_WITHIN_MS = 20_000;
/** Without a page at the top there is a shell only inside a frame of somebody else's, if at all. */
const NESTED_ANSWER_WITHIN_MS = 1_000;

/**
 * Finds a shell to ask. Nothing here outlives the service worker, which browsers stop as they like: the
 * next event finds the shells anew (docs/decisions/0002).
 */
export class ShellFinder {
  /** Bridges by the token of their shell. */
  readonly #bridges = new Map<string, BridgeClient>();
  /** Which shell's frame a client is in, as far as documents have told. */
  readonly #shellOfClient = new Map<string, string>();
  #search: Promise<BridgeClient | undefined> | undefined;
  /** Token of this life of the service worker, once its lock is held. */
  #worker: Promise<string> | undefined;
  #life: string | undefined;

  /** Token of this life of the service worker, which names a lock that it holds; it is there before any shell's answer. */
  get life(): string | undefined {
    return this.#life;
  }

  /** A document says that it is in the frame of the shell with this token. */
  remember(clientId: string, shell: string): void {
    this.#shellOfClient.set(clientId, shell);
  }

  /** Token of the shell whose frame a client is in, as far as it is known. */
  shellOf(clientId: string): string | undefined {
    return this.#shellOfClient.get(clientId);
  }

  /**
   * A living shell's bridge, the client's own tab's first; undefined when there is none. Any shell of the
   * origin can serve any tab, since all speak to the same host.
   */
  async find(clientId: string): Promise<BridgeClient | undefined> {
    const own = this.#bridges.get(this.#shellOfClient.get(clientId) ?? '');
    if (own && (await own.isAlive())) return own;
    for (const bridge of this.#bridges.values()) {
      if (bridge !== own && (await bridge.isAlive())) return bridge;
    }
    this.#search ??= this.#searchShells().finally(() => {
      this.#search = undefined;
    });
    return this.#search;
  }

  /** Asks all at once, since one that hangs must not hold up the others; the quickest answer wins. */
  async #searchShells(): Promise<BridgeClient | undefined> {
    this.#worker ??= holdWorkerLock();
    const worker = await this.#worker;
    this.#life = worker;
    const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
    const patience = windows.some(({ frameType }) => frameType === 'top-level')
      ? ANSWER_WITHIN_MS
      : NESTED_ANSWER_WITHIN_MS;
    const answers = windows.map((client) => this.#invite(client, worker, patience));
    try {
      return await Promise.any(answers);
    } catch (error) {
      if (error instanceof AggregateError) return undefined;
      throw error;
    }
  }

  #invite(client: Client, worker: string, patience: number): Promise<BridgeClient> {
    return new Promise((resolve, reject) => {
      const { port1, port2 } = new MessageChannel();
      const timer = setTimeout(() => {
        port1.close();
        reject(new Error('This window is no shell, or too busy to answer.'));
      }, patience);
      port1.onmessage = (event: MessageEvent<ToWorker>) => {
        if (event.data.kind !== 'ready' || event.data.version !== BRIDGE_VERSION) return;
        clearTimeout(timer);
        resolve(this.#keep(event.data.shell, port1));
      };
      const invitation: BridgeInvitation = {
        kind: 'peerserver-bridge',
        version: BRIDGE_VERSION,
        worker,
      };
      client.postMessage(invitation, [port2]);
    });
  }

  #keep(shell: string, port: MessagePort): BridgeClient {
    const known = this.#bridges.get(shell);
    if (known) {
      port.close();
      return known;
    }
    const bridge = new BridgeClient(port, shell, () => this.#bridges.delete(shell));
    this.#bridges.set(shell, bridge);
    return bridge;
  }
}

/**
 * Takes the lock whose release tells shells that this service worker is no more. They must not hear of its
 * token before the lock is held, or they would get it at once.
 */
function holdWorkerLock(): Promise<string> {
  const worker = crypto.randomUUID();
  return new Promise((resolve) => {
    void navigator.locks.request(workerLockName(worker), () => {
      resolve(worker);
      return new Promise<never>(() => {});
    });
  });
}
