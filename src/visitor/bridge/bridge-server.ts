import { bodyOfBytes, bodyOfStream } from '../../protocol/body-streams.ts';
import { asPeerServerError, PeerServerError } from '../../protocol/errors.ts';
import type { BodyReader, ReceivedBody } from '../../protocol/http-message.ts';
import type { SiteConnection } from '../site-connection.ts';
import {
  BRIDGE_VERSION,
  BRIDGE_WINDOW,
  shellLockName,
  type ToShell,
  type ToWorker,
  workerLockName,
} from './messages.ts';
import { UnansweredWrites } from './unanswered-writes.ts';
import { UploadSource } from './upload-source.ts';

type RequestMessage = Extract<ToShell, { kind: 'request' }>;

export interface BridgeServerOptions {
  readonly site: Pick<SiteConnection, 'request'>;
  /** Token of the shell. */
  readonly shell: string;
  /**
   * Called with true when a request comes while none is open, with false when the last one has ended. Firefox
   * stops a service worker that waits, for an answer as for the rest of its body.
   */
  onBusy(busy: boolean): void;
}

/**
 * The answering end of the bridge: takes what a service worker was asked and answers it over the site's
 * connection. A service worker that was stopped and started again simply comes with a new port.
 */
export class BridgeServer {
  readonly #options: BridgeServerOptions;
  readonly #locked: Promise<void>;
  readonly #writes = new UnansweredWrites(() => performance.now());
  #openRequests = 0;

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
    const served = new ServedPort(port, site, this.#writes, (answer) => this.#during(answer));
    served.open(shell);
    if (worker === undefined) return;
    // A stopped service worker says nothing, and what it was reading would stay open at the host for good.
    await navigator.locks.request(workerLockName(worker), () => served.close());
  }

  async #during(answer: () => Promise<void>): Promise<void> {
    this.#openRequests += 1;
    if (this.#openRequests === 1) this.#options.onBusy(true);
    try {
      await answer();
    } finally {
      this.#openRequests -= 1;
      if (this.#openRequests === 0) this.#options.onBusy(false);
    }
  }
}

/** One port, that is one life of a service worker. */
class ServedPort {
  readonly #port: MessagePort;
  readonly #site: BridgeServerOptions['site'];
  readonly #writes: UnansweredWrites;
  readonly #during: (answer: () => Promise<void>) => Promise<void>;
  readonly #open = new Map<number, OpenAnswer>();

  constructor(
    port: MessagePort,
    site: BridgeServerOptions['site'],
    writes: UnansweredWrites,
    during: (answer: () => Promise<void>) => Promise<void>,
  ) {
    this.#port = port;
    this.#site = site;
    this.#writes = writes;
    this.#during = during;
  }

  open(shell: string): void {
    this.#port.onmessage = (event: MessageEvent<ToShell>) => this.#receive(event.data);
    this.#post({ kind: 'ready', version: BRIDGE_VERSION, shell });
  }

  /** Gives up all answers under way: nobody is left to take them. */
  close(): void {
    this.#writes.lose(this);
    for (const { abort } of this.#open.values()) abort.abort();
    this.#port.close();
  }

  #receive(message: ToShell): void {
    switch (message.kind) {
      case 'request':
        void this.#during(() => this.#answer(message));
        break;
      case 'credit':
        this.#open.get(message.id)?.grant(message.bytes);
        break;
      case 'cancel':
        this.#open.get(message.id)?.abort.abort();
        break;
      case 'body-chunk':
        this.#open.get(message.id)?.receive(message.bytes);
        break;
      case 'body-end':
        this.#open.get(message.id)?.upload?.finish();
        break;
      case 'body-failed': {
        const error = new PeerServerError('cancelled', message.message);
        this.#open.get(message.id)?.upload?.finish(error);
        break;
      }
      case 'ping':
        this.#post({ kind: 'pong' });
        break;
    }
  }

  async #answer(message: RequestMessage): Promise<void> {
    const { id } = message;
    const answered = this.#writes.begin(this, message);
    if (!answered) {
      const text =
        'The browser interrupted this. It may have been carried out, so it is not repeated.';
      this.#post({ kind: 'failed', id, code: 'connection-lost', message: text });
      return;
    }
    const upload = message.body.kind === 'stream' ? this.#receiveUpload(id) : undefined;
    const answer = new OpenAnswer(upload);
    this.#open.set(id, answer);
    try {
      const { status, headers, body } = await this.#site.request(
        message,
        bodyOpener(message, upload),
        { signal: answer.abort.signal, mayRepeat: () => !upload?.begun },
      );
      answered();
      const whole = body?.takeComplete();
      if (body === null || whole?.length === 0) {
        this.#post({ kind: 'answer', id, status, headers, body: { kind: 'none' } });
      } else if (whole) {
        const wholeBody = { kind: 'whole', bytes: whole } as const;
        this.#post({ kind: 'answer', id, status, headers, body: wholeBody }, [whole.buffer]);
      } else {
        this.#post({ kind: 'answer', id, status, headers, body: { kind: 'stream' } });
        await this.#stream(id, body, answer);
      }
    } catch (thrown) {
      const { code, message: text } = asPeerServerError(thrown, 'connection-lost');
      this.#post({ kind: 'failed', id, code, message: text });
    } finally {
      answered();
      this.#open.delete(id);
      upload?.stop();
    }
  }

  #receiveUpload(id: number): UploadSource {
    return new UploadSource({
      credit: (bytes) => this.#post({ kind: 'body-credit', id, bytes }),
      stop: () => this.#post({ kind: 'body-stop', id }),
    });
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

/** How the request's body is read for each attempt to send it; null when there is none. */
function bodyOpener(
  { body }: RequestMessage,
  upload: UploadSource | undefined,
): (() => BodyReader) | null {
  switch (body.kind) {
    case 'whole':
      return () => bodyOfBytes(body.bytes);
    case 'blob':
      return () => bodyOfStream(body.blob.stream());
    case 'stream':
      return upload ? () => upload.open() : null;
    case 'none':
      return null;
  }
}

/** What is known of an answer under way: how much more may be posted, and how it is given up. */
class OpenAnswer {
  readonly abort = new AbortController();
  /** The request's body, if that streams. */
  readonly upload: UploadSource | undefined;
  #credit = BRIDGE_WINDOW;
  #wake: () => void = () => {};

  constructor(upload: UploadSource | undefined) {
    this.upload = upload;
    this.abort.signal.addEventListener('abort', () => this.#wake());
  }

  /** Takes a piece of the request's body; one too many ends the request. */
  receive(bytes: Uint8Array<ArrayBuffer>): void {
    try {
      this.upload?.push(bytes);
    } catch (error) {
      this.abort.abort(error);
    }
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
