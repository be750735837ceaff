import { asPeerServerError, PeerServerError } from './errors.ts';
import { Fifo } from './fifo.ts';
import type { BodyReader } from './http-message.ts';
import type { Limits } from './limits.ts';
import type { SocketMessage } from './message-socket.ts';
import type { BudgetWaiter, QueueBudget } from './queue-budget.ts';
import { SocketFault } from './socket-fault.ts';
import { RecordReader } from './web-socket-records.ts';

/** What a message that waits costs beyond its bytes: without it, empty messages would be free (W6). */
const MESSAGE_OVERHEAD_BYTES = 64;

/** How the peer's half of a socket ended. */
export type InboxEnding =
  | { readonly kind: 'close'; readonly code: number; readonly reason: string }
  /** The peer did what no peer may do. */
  | { readonly kind: 'fault'; readonly code: number; readonly reason: string }
  /** The body ended without a goodbye, or was reset. */
  | { readonly kind: 'lost'; readonly error: PeerServerError | undefined };

/**
 * The receiving half of a WebSocket. A little is taken in before anybody asks, so that the peer's goodbye is
 * seen behind a few messages that nobody reads; the rest stays where the peer's credit counts it.
 */
export class SocketInbox implements BudgetWaiter {
  readonly #records: RecordReader;
  readonly #limits: Limits;
  readonly #reassembly: QueueBudget;
  readonly #messages = new Fifo<{ readonly message: SocketMessage; readonly cost: number }>();
  #unread = 0;
  #reader: ((message: SocketMessage | null) => void) | undefined;
  #over = false;
  /** True once messages that nobody asks for are passed over, to get to the peer's goodbye. */
  #draining = false;
  #wake: () => void = () => {};
  /** Room taken for the message that is arriving. */
  #reserved = 0;
  #wanted = 0;

  /** @param reassembly shared with the other sockets of the connection */
  constructor(body: BodyReader, limits: Limits, reassembly: QueueBudget) {
    this.#limits = limits;
    this.#reassembly = reassembly;
    this.#records = new RecordReader(body, {
      maxMessageBytes: Math.min(limits.socketMessageBytes, limits.socketReassemblyBytes),
      admit: (bytes) => bytes <= limits.socketReadAheadBytes || this.#admitLarge(bytes),
    });
  }

  /** The next message; null when no more will come. Rejects with `bad-input` while another read waits. */
  read(): Promise<SocketMessage | null> {
    if (this.#reader) {
      return Promise.reject(new PeerServerError('bad-input', 'Read a WebSocket once at a time.'));
    }
    const next = this.#messages.shift();
    if (next) {
      this.#unread -= next.cost;
      this.#wake();
      return Promise.resolve(next.message);
    }
    if (this.#over) return Promise.resolve(null);
    return new Promise((resolve) => {
      this.#reader = resolve;
      this.#wake();
    });
  }

  /** From now on messages beyond the read-ahead are thrown away rather than waited for. */
  drain(): void {
    this.#draining = true;
    this.#wake();
  }

  /** Takes messages in until the peer's half ends. Called once; never rejects. */
  async run(): Promise<InboxEnding> {
    const ending = await this.#readToEnd();
    this.#over = true;
    this.#reader?.(null);
    this.#reader = undefined;
    return ending;
  }

  retry(): boolean {
    if (!this.#reassembly.reserve(this.#wanted)) return false;
    this.#reserved = this.#wanted;
    this.#wake();
    return true;
  }

  async #readToEnd(): Promise<InboxEnding> {
    try {
      for (;;) {
        while (this.#full && !this.#draining) await this.#sleep();
        const record = await this.#records.next();
        if (record === null) return { kind: 'lost', error: undefined };
        if (record.kind === 'close') return record;
        this.#releaseReserved();
        if (record.kind === 'message') this.#deliver(record.message, record.bytes);
      }
    } catch (thrown) {
      if (!(thrown instanceof SocketFault)) {
        return { kind: 'lost', error: asPeerServerError(thrown, 'connection-lost') };
      }
      return { kind: 'fault', code: thrown.code, reason: thrown.message };
    } finally {
      this.#releaseReserved();
    }
  }

  #deliver(message: SocketMessage, bytes: number): void {
    const reader = this.#reader;
    if (reader) {
      this.#reader = undefined;
      reader(message);
      return;
    }
    if (this.#full) return;
    const cost = bytes + MESSAGE_OVERHEAD_BYTES;
    this.#unread += cost;
    this.#messages.push({ message, cost });
  }

  get #full(): boolean {
    return this.#unread >= this.#limits.socketReadAheadBytes;
  }

  /** A large message is taken in only when somebody waits for it and there is room for all of it (W6). */
  async #admitLarge(bytes: number): Promise<boolean> {
    while (!this.#reader && !this.#draining) await this.#sleep();
    if (!this.#reader) return false;
    this.#wanted = bytes;
    if (this.retry()) return true;
    this.#reassembly.wait(this);
    while (this.#reserved === 0 && !this.#draining) await this.#sleep();
    if (this.#reserved > 0) return true;
    this.#reassembly.forget(this);
    return false;
  }

  #releaseReserved(): void {
    const bytes = this.#reserved;
    this.#reserved = 0;
    this.#reassembly.release(bytes);
  }

  #sleep(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}
