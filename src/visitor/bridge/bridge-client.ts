import { asPeerServerError, PeerServerError } from '../../protocol/errors.ts';
import type { BodyReader, RequestHead, ResponseHead } from '../../protocol/http-message.ts';
import {
  BRIDGE_WINDOW,
  type RequestBody,
  shellLockName,
  type ToShell,
  type ToWorker,
} from './messages.ts';
import { UploadPump } from './upload-pump.ts';

type Chunk = Uint8Array<ArrayBuffer>;

/** Credit goes back in steps of this many bytes, so that messages the other way stay few. */
const CREDIT_STEP = BRIDGE_WINDOW / 4;
/** A shell heard within this time is taken to be alive. */
const FRESH_MS = 1_000;
const PONG_WITHIN_MS = 1_000;

/** What a shell answered: complete at once, streaming, or without a body. */
export interface BridgeAnswer extends ResponseHead {
  readonly body: Chunk | ReadableStream<Chunk> | null;
}

/** A request's body as the asker has it. */
export type AskedBody =
  | Exclude<RequestBody, { kind: 'stream' }>
  /** Sent while it is read, which is as fast as the host takes it. */
  | { readonly kind: 'stream'; readonly reader: BodyReader };

/** The tab that was asked is no more; another one may be. */
export class ShellGoneError extends PeerServerError {
  constructor() {
    super('connection-lost', 'The tab that held the connection is gone.');
  }
}

interface PendingAnswer {
  resolve(answer: BridgeAnswer): void;
  reject(error: PeerServerError): void;
}

/** The asking end of the bridge to one shell: the service worker's, and the shell's page's own. */
export class BridgeClient {
  readonly #port: MessagePort;
  readonly #ended: () => void;
  readonly #pending = new Map<number, PendingAnswer>();
  /**
   * Bodies under way. The map also keeps their controllers reachable: Firefox ends a stream whose controller
   * nobody holds after some seconds, as if it were complete.
   */
  readonly #streams = new Map<number, AnswerStream>();
  /** Bodies of requests on their way to the shell. */
  readonly #uploads = new Map<number, UploadPump>();
  readonly #pongWaiters = new Set<() => void>();
  #nextId = 1;
  #lastHeardAt = performance.now();
  #over = false;

  /**
   * @param port over which the shell has said that it is ready; it holds its lock then
   * @param ended called once, when the shell is gone
   */
  constructor(port: MessagePort, shell: string, ended: () => void) {
    this.#port = port;
    this.#ended = ended;
    port.onmessage = (event: MessageEvent<ToWorker>) => this.#receive(event.data);
    // A port does not tell that its other end is gone; the lock that the shell holds does, within 50 ms.
    void navigator.locks.request(shellLockName(shell), () => this.#end());
  }

  /**
   * True if the shell answers now. One that does not may only be busy: what is under way over it goes on, and
   * its end is told by its lock.
   */
  async isAlive(): Promise<boolean> {
    if (this.#over) return false;
    if (performance.now() - this.#lastHeardAt < FRESH_MS) return true;
    return new Promise<boolean>((resolve) => {
      const timer = setTimeout(() => resolve(false), PONG_WITHIN_MS);
      this.#pongWaiters.add(() => {
        clearTimeout(timer);
        resolve(true);
      });
      this.#post({ kind: 'ping' });
    });
  }

  /**
   * Sends a request; both bodies stream. After the head, the answer's stream is what gives it up.
   * @param options.tag name that the page gave this one request
   * @throws PeerServerError, a ShellGoneError when its tab is closed meanwhile, `cancelled` after `signal`
   */
  request(
    head: RequestHead,
    body: AskedBody,
    { signal, tag }: { readonly signal?: AbortSignal; readonly tag?: string | undefined } = {},
  ): Promise<BridgeAnswer> {
    const id = this.#nextId;
    this.#nextId += 1;
    if (this.#over) return Promise.reject(new ShellGoneError());
    if (signal?.aborted) return Promise.reject(asPeerServerError(signal.reason, 'cancelled'));
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        this.#post({ kind: 'cancel', id });
        this.#fail(id, asPeerServerError(signal?.reason, 'cancelled'));
      };
      const settled = () => signal?.removeEventListener('abort', giveUp);
      this.#pending.set(id, {
        resolve(answer) {
          settled();
          resolve(answer);
        },
        reject(error) {
          settled();
          reject(error);
        },
      });
      signal?.addEventListener('abort', giveUp);
      const { method, target, headers } = head;
      const sent: RequestBody = body.kind === 'stream' ? { kind: 'stream' } : body;
      const named = tag === undefined ? {} : { tag };
      this.#post({ kind: 'request', id, method, target, headers, body: sent, ...named });
      if (body.kind === 'stream') this.#upload(id, body.reader);
    });
  }

  #upload(id: number, body: BodyReader): void {
    const pump = new UploadPump(body, {
      chunk: (bytes) => this.#post({ kind: 'body-chunk', id, bytes }, [bytes.buffer]),
      end: () => {
        this.#uploads.delete(id);
        this.#post({ kind: 'body-end', id });
      },
      failed: (error) => {
        this.#uploads.delete(id);
        const { message } = asPeerServerError(error, 'cancelled');
        this.#post({ kind: 'body-failed', id, message });
      },
    });
    this.#uploads.set(id, pump);
  }

  #stopUpload(id: number): void {
    this.#uploads.get(id)?.stop();
    this.#uploads.delete(id);
  }

  #receive(message: ToWorker): void {
    this.#lastHeardAt = performance.now();
    switch (message.kind) {
      case 'answer':
        this.#receiveAnswer(message);
        break;
      case 'chunk':
        this.#streams.get(message.id)?.push(message.bytes);
        break;
      case 'end':
        this.#streams.get(message.id)?.close();
        this.#streams.delete(message.id);
        break;
      case 'failed':
        this.#fail(message.id, new PeerServerError(message.code, message.message));
        break;
      case 'body-credit':
        this.#uploads.get(message.id)?.grant(message.bytes);
        break;
      case 'body-stop':
        this.#stopUpload(message.id);
        break;
      case 'pong':
        for (const answer of this.#pongWaiters) answer();
        this.#pongWaiters.clear();
        break;
      case 'ready':
        break;
    }
  }

  #receiveAnswer(message: Extract<ToWorker, { kind: 'answer' }>): void {
    const { id, status, headers, body } = message;
    const pending = this.#pending.get(id);
    if (!pending) return;
    this.#pending.delete(id);
    if (body.kind === 'none') pending.resolve({ status, headers, body: null });
    else if (body.kind === 'whole') pending.resolve({ status, headers, body: body.bytes });
    else {
      const stream = new AnswerStream({
        credit: (bytes) => this.#post({ kind: 'credit', id, bytes }),
        cancel: () => {
          this.#streams.delete(id);
          this.#post({ kind: 'cancel', id });
        },
      });
      this.#streams.set(id, stream);
      pending.resolve({ status, headers, body: stream.readable });
    }
  }

  #fail(id: number, error: PeerServerError): void {
    this.#stopUpload(id);
    this.#pending.get(id)?.reject(error);
    this.#pending.delete(id);
    this.#streams.get(id)?.fail(error);
    this.#streams.delete(id);
  }

  /** The shell is gone: what was under way is cut short, and every reader is told so. */
  #end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#port.close();
    const error = new ShellGoneError();
    for (const id of [...this.#pending.keys(), ...this.#streams.keys(), ...this.#uploads.keys()])
      this.#fail(id, error);
    this.#ended();
  }

  #post(message: ToShell, transfer: Transferable[] = []): void {
    this.#port.postMessage(message, transfer);
  }
}

/** A body on its way to the page. Credit goes back for what the browser has taken out of the stream. */
class AnswerStream {
  readonly readable: ReadableStream<Chunk>;
  readonly #credit: (bytes: number) => void;
  #controller: ReadableStreamDefaultController<Chunk> | undefined;
  #pushed = 0;
  #credited = 0;

  constructor(events: { credit(bytes: number): void; cancel(): void }) {
    this.#credit = events.credit;
    this.readable = new ReadableStream<Chunk>(
      {
        start: (controller) => {
          this.#controller = controller;
        },
        pull: () => this.#returnCredit(),
        cancel: () => events.cancel(),
      },
      new ByteLengthQueuingStrategy({ highWaterMark: BRIDGE_WINDOW }),
    );
  }

  push(bytes: Chunk): void {
    this.#pushed += bytes.length;
    this.#controller?.enqueue(bytes);
    this.#returnCredit();
  }

  close(): void {
    this.#controller?.close();
  }

  fail(error: PeerServerError): void {
    this.#controller?.error(error);
  }

  #returnCredit(): void {
    const waiting = BRIDGE_WINDOW - (this.#controller?.desiredSize ?? BRIDGE_WINDOW);
    const taken = this.#pushed - waiting - this.#credited;
    if (taken < CREDIT_STEP) return;
    this.#credited += taken;
    this.#credit(taken);
  }
}
