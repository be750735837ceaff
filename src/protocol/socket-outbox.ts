import { Fifo } from './fifo.ts';
import type { OutgoingBody } from './outgoing-body.ts';
import { RECORD_HEADER_BYTES } from './web-socket-records.ts';

/** What the sockets of one connection hold together that has not left. */
export class SocketQueues {
  readonly #limit: number;
  readonly #outboxes = new Set<SocketOutbox>();

  /** @param limit in bytes (W7) */
  constructor(limit: number) {
    this.#limit = limit;
  }

  add(outbox: SocketOutbox): void {
    this.#outboxes.add(outbox);
  }

  delete(outbox: SocketOutbox): void {
    this.#outboxes.delete(outbox);
  }

  /**
   * Whether a message may wait, too.
   * @param bytes of its record
   * @param isAwaited its sender was asked for it; then what waits already decides, or a message longer than the
   * limit could never be sent
   */
  hasRoom(bytes: number, isAwaited: boolean): boolean {
    let waiting = isAwaited ? 0 : bytes;
    for (const outbox of this.#outboxes) waiting += outbox.pendingBytes;
    return waiting <= this.#limit;
  }
}

/** The sending half of a WebSocket: messages become records of the outgoing body. */
export class SocketOutbox {
  readonly #body: OutgoingBody;
  readonly #queues: SocketQueues;
  /** The messages that have not left entirely: where each ends in the body, and its length. */
  readonly #waiting = new Fifo<{ readonly end: number; readonly bytes: number }>();
  #waitingBytes = 0;
  #written = 0;

  constructor(body: OutgoingBody, queues: SocketQueues) {
    this.#body = body;
    this.#queues = queues;
    queues.add(this);
  }

  /** Bytes that wait in the body, those of records around messages included. */
  get pendingBytes(): number {
    return this.#body.pendingBytes;
  }

  /** Bytes of messages alone that have not been handed to the transport. */
  get bufferedAmount(): number {
    this.#forgetSent();
    const first = this.#waiting.first();
    if (!first) return 0;
    const left = first.end - (this.#written - this.#body.pendingBytes);
    return this.#waitingBytes - first.bytes + Math.min(left, first.bytes);
  }

  /**
   * Puts a message's record in line.
   * @returns false when the connection's sockets hold too much already; nothing was added then
   */
  send(record: Uint8Array<ArrayBuffer>): boolean {
    if (!this.#queues.hasRoom(record.length, this.#body.asksForMore)) return false;
    this.#forgetSent();
    this.#written += record.length;
    const bytes = record.length - RECORD_HEADER_BYTES;
    this.#waiting.push({ end: this.#written, bytes });
    this.#waitingBytes += bytes;
    this.#body.push(record);
    return true;
  }

  /** Resolves when the next message should be sent, or when none will leave any more. */
  async ready(): Promise<void> {
    try {
      await this.#body.ready();
    } catch {
      // The exchange is over: a message that cannot be sent is no error of its sender; `closed` tells.
    }
  }

  /** The last record. Nothing may be sent after it. */
  end(record: Uint8Array<ArrayBuffer> | undefined): void {
    if (record) this.#body.push(record);
    this.#written += record?.length ?? 0;
    this.#body.end();
  }

  /** The exchange is over: this socket's bytes count no more. */
  forget(): void {
    this.#queues.delete(this);
  }

  #forgetSent(): void {
    const sent = this.#written - this.#body.pendingBytes;
    let first = this.#waiting.first();
    while (first && first.end <= sent) {
      this.#waitingBytes -= first.bytes;
      this.#waiting.shift();
      first = this.#waiting.first();
    }
  }
}
