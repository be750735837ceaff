import { bodyOfStream } from '../../protocol/body-streams.ts';
import { asPeerServerError } from '../../protocol/errors.ts';
import type { ReceivedBody } from '../../protocol/http-message.ts';
import type { SiteConnection } from '../site-connection.ts';
import {
  BRIDGE_VERSION,
  BRIDGE_WINDOW,
  shellLockName,
  type ToShell,
  type ToWorker,
  workerLockName,
} from './messages.ts';

type RequestMessage = Extract<ToShell, { kind: 'request' }>;

export interface BridgeServerOptions {
  readonly site: SiteConnection;
  /** Token of the shell. */
  readonly shell: string;
  /** Called with true when the first body begins to stream, with false when the last one has ended. */
  onStreaming(streaming: boolean): void;
}

/**
 * The answering end of the bridge: takes what a service worker was asked and answers it over the site's
 * connection. A service worker that was stopped and started again simply comes with a new port.
 */
export class BridgeServer {
  readonly #options: BridgeServerOptions;
  readonly #locked: Promise<void>;
  #streams = 0;

  constructor(options: BridgeServerOptions) {
    this.#options = options;
    // Held as long as the shell lives: its release is how service workers learn of its end. They must not
    // hear of the shell before the lock is held, or they would get it at once.
    this.#locked = new Promise((resolve) => {
      void navigator.locks.request(shellLockName(options.shell), () => {
        resolve();
        return new Promise<never>(() => {});
      });
    });
  }

  /**
   * Answers what comes over `port`.
   * @param worker token of the service worker at its other end; undefined when that is this very page
   */
  async serve(port: MessagePort, worker?: string): Promise<void> {
    await this.#locked;
    const { site, shell } = this.#options;
    const served = new ServedPort(port, site, (stream) => this.#during(stream));
    served.open(shell);
    if (worker === undefined) return;
    // A stopped service worker says nothing, and what it was reading would stay open at the host for good.
    await navigator.locks.request(workerLockName(worker), () => served.close());
  }

  async #during(stream: () => Promise<void>): Promise<void> {
    this.#streams += 1;
    if (this.#streams === 1) this.#options.onStreaming(true);
    try {
      await stream();
    } finally {
      this.#streams -= 1;
      if (this.#streams === 0) this.#options.onStreaming(false);
    }
  }
}

/** One port, that is one life of a service worker. */
class ServedPort {
  readonly #port: MessagePort;
  readonly #site: SiteConnection;
  readonly #during: (stream: () => Promise<void>) => Promise<void>;
  readonly #open = new Map<number, OpenAnswer>();

  constructor(
    port: MessagePort,
    site: SiteConnection,
    during: (stream: () => Promise<void>) => Promise<void>,
  ) {
    this.#port = port;
    this.#site = site;
    this.#during = during;
  }

  open(shell: string): void {
    this.#port.onmessage = (event: MessageEvent<ToShell>) => this.#receive(event.data);
    this.#post({ kind: 'ready', version: BRIDGE_VERSION, shell });
  }

  /** Gives up all answers under way: nobody is left to take them. */
  close(): void {
    for (const { abort } of this.#open.values()) abort.abort();
    this.#port.close();
  }

  #receive(message: ToShell): void {
    switch (message.kind) {
      case 'request':
        void this.#answer(message);
        break;
      case 'credit':
        this.#open.get(message.id)?.grant(message.bytes);
        break;
      case 'cancel':
        this.#open.get(message.id)?.abort.abort();
        break;
      case 'ping':
        this.#post({ kind: 'pong' });
        break;
    }
  }

  async #answer(message: RequestMessage): Promise<void> {
    const { id, body: requestBody } = message;
    const answer = new OpenAnswer();
    this.#open.set(id, answer);
    try {
      const openBody =
        requestBody.kind === 'blob' ? () => bodyOfStream(requestBody.blob.stream()) : null;
      const { signal } = answer.abort;
      const { status, headers, body } = await this.#site.request(message, openBody, { signal });
      const whole = body?.takeComplete();
      if (body === null || whole?.length === 0) {
        this.#post({ kind: 'answer', id, status, headers, body: { kind: 'none' } });
      } else if (whole) {
        const wholeBody = { kind: 'whole', bytes: whole } as const;
        this.#post({ kind: 'answer', id, status, headers, body: wholeBody }, [whole.buffer]);
      } else {
        this.#post({ kind: 'answer', id, status, headers, body: { kind: 'stream' } });
        await this.#during(() => this.#stream(id, body, answer));
      }
    } catch (thrown) {
      const { code, message: text } = asPeerServerError(thrown, 'connection-lost');
      this.#post({ kind: 'failed', id, code, message: text });
    } finally {
      this.#open.delete(id);
    }
  }

  async #stream(id: number, body: ReceivedBody, answer: OpenAnswer): Promise<void> {
    for (let chunk = await body.read(); chunk !== null; chunk = await body.read()) {
      const { length } = chunk;
      // The bytes are handed over, not copied: nobody else looks at this message's buffer.
      this.#post({ kind: 'chunk', id, bytes: chunk }, [chunk.buffer]);
      await answer.spend(length);
      if (answer.abort.signal.aborted) {
        body.cancel(answer.abort.signal.reason);
        return;
      }
    }
    this.#post({ kind: 'end', id });
  }

  #post(message: ToWorker, transfer: Transferable[] = []): void {
    this.#port.postMessage(message, transfer);
  }
}

/** What is known of an answer under way: how much more may be posted, and how it is given up. */
class OpenAnswer {
  readonly abort = new AbortController();
  #credit = BRIDGE_WINDOW;
  #wake: () => void = () => {};

  constructor() {
    this.abort.signal.addEventListener('abort', () => this.#wake());
  }

  grant(bytes: number): void {
    this.#credit += bytes;
    if (this.#credit > 0) this.#wake();
  }

  /** Counts posted bytes; resolves when more may be posted. */
  spend(bytes: number): Promise<void> {
    this.#credit -= bytes;
    if (this.#credit > 0 || this.abort.signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}
