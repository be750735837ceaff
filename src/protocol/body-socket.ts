import type { Clock } from './clock.ts';
import { ABNORMAL_CLOSE_CODE, cutReason, NO_CLOSE_CODE } from './close-codes.ts';
import { PeerServerError } from './errors.ts';
import type { Exchange } from './exchange.ts';
import type { Limits } from './limits.ts';
import type { MessageSocket, SocketClose, SocketMessage } from './message-socket.ts';
import { QueueBudget } from './queue-budget.ts';
import { type InboxEnding, SocketInbox } from './socket-inbox.ts';
import { SocketOutbox, SocketQueues } from './socket-outbox.ts';
import {
  encodeCloseRecord,
  encodeMessageRecord,
  RECORD_HEADER_BYTES,
} from './web-socket-records.ts';

/** What the sockets of a connection share. */
export interface SocketSurroundings {
  readonly limits: Limits;
  readonly clock: Clock;
  readonly reassembly: QueueBudget;
  readonly queues: SocketQueues;
}

export function socketSurroundings(limits: Limits, clock: Clock): SocketSurroundings {
  return {
    limits,
    clock,
    reassembly: new QueueBudget(limits.socketReassemblyBytes),
    queues: new SocketQueues(limits.socketQueueBytes),
  };
}

/**
 * A WebSocket over the two bodies of an exchange, the same at both ends (section 12). It takes the exchange
 * over: from now on whatever ends it ends the socket.
 */
export class BodySocket implements MessageSocket {
  readonly protocol: string;
  readonly closed: Promise<SocketClose>;
  readonly #exchange: Exchange;
  readonly #surroundings: SocketSurroundings;
  readonly #inbox: SocketInbox;
  readonly #outbox: SocketOutbox;
  #saidClose = false;
  #cancelTimer: () => void = () => {};

  /** @param protocol the subprotocol that the host chose; empty when none */
  constructor(exchange: Exchange, surroundings: SocketSurroundings, protocol: string) {
    const { limits, reassembly, queues } = surroundings;
    this.protocol = protocol;
    this.#exchange = exchange;
    this.#surroundings = surroundings;
    this.#inbox = new SocketInbox(exchange.incoming, limits, reassembly);
    this.#outbox = new SocketOutbox(exchange.outgoing, queues);
    const { onReset, onFinished } = exchange;
    exchange.onReset = (error) => {
      onReset(error);
      // What had arrived is still for the reader; then the body fails, which ends the inbox.
      this.#inbox.drain();
    };
    exchange.onFinished = () => {
      onFinished();
      this.#outbox.forget();
      this.#cancelTimer();
    };
    this.closed = this.#inbox.run().then((ending) => this.#end(ending));
  }

  get bufferedAmount(): number {
    return this.#outbox.bufferedAmount;
  }

  read(): Promise<SocketMessage | null> {
    return this.#inbox.read();
  }

  async send(message: SocketMessage): Promise<void> {
    const { socketMessageBytes } = this.#surroundings.limits;
    if (this.#saidClose || this.#exchange.over) return;
    const record = encodeMessageRecord(message);
    if (record.length - RECORD_HEADER_BYTES > socketMessageBytes) {
      const text = `Messages are limited to ${socketMessageBytes} bytes; send several.`;
      throw new PeerServerError('body-too-large', text);
    }
    if (!this.#outbox.send(record)) {
      const text = 'More messages wait than this connection may hold; wait until each is sent.';
      this.#exchange.reset(new PeerServerError('cancelled', text));
      return;
    }
    await this.#outbox.ready();
  }

  close(code?: number, reason = ''): void {
    this.#sayClose(encodeCloseRecord(code, reason));
  }

  /** The peer's half is over: answers it in kind, and says how it was. */
  #end(ending: InboxEnding): SocketClose {
    switch (ending.kind) {
      case 'close': {
        const { code, reason } = ending;
        this.#sayClose(encodeCloseRecord(code === NO_CLOSE_CODE ? undefined : code, reason));
        this.#letGo();
        return { code, reason, wasClean: true };
      }
      case 'fault': {
        const { code, reason } = ending;
        this.#sayClose(encodeCloseRecord(code, cutReason(reason)));
        this.#letGo();
        return { code, reason, wasClean: false };
      }
      case 'lost': {
        this.#sayClose(undefined);
        this.#letGo();
        const reason = ending.error?.message ?? '';
        return { code: ABNORMAL_CLOSE_CODE, reason, wasClean: false };
      }
    }
  }

  /** @param record undefined where the peer has gone without one */
  #sayClose(record: Uint8Array<ArrayBuffer> | undefined): void {
    if (this.#saidClose || this.#exchange.over) return;
    this.#saidClose = true;
    this.#outbox.end(record);
    this.#inbox.drain();
    this.#watchClose(this.#outbox.pendingBytes);
  }

  /** Nothing more is read: when our last word has left, the peer need not send on (X5). */
  #letGo(): void {
    const stop = () =>
      this.#exchange.incoming.cancel(new PeerServerError('cancelled', 'The WebSocket is closed.'));
    if (this.#exchange.endSent) stop();
    else this.#exchange.onSentEnd = stop;
  }

  /** A peer that neither takes what we sent before our goodbye nor answers it is not waited for (W4). */
  #watchClose(pendingBefore: number): void {
    const { clock, limits } = this.#surroundings;
    this.#cancelTimer = clock.schedule(limits.socketCloseTimeoutMs, () => {
      const pending = this.#outbox.pendingBytes;
      if (pending < pendingBefore) this.#watchClose(pending);
      else this.#exchange.reset(new PeerServerError('cancelled', 'The peer does not say goodbye.'));
    });
  }
}
