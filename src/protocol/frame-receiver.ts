import { errorCodeFromWire, PeerServerError } from './errors.ts';
import type { ExchangeTable } from './exchange-table.ts';
import { decodeMessage, type Frame } from './frame.ts';
import type { IncomingCredit } from './incoming-credit.ts';
import { CONTROL_LANE } from './transport.ts';

type Bytes = Uint8Array<ArrayBuffer>;
export type HeadersFrame = Extract<Frame, { type: 'headers' }>;

/** Where frames go that are not handled here. */
export interface FrameHandlers {
  /**
   * The peer's HELLO: the first frame on the control lane, and the only one of its kind.
   * @param rest what stands behind it in its message, not read yet; often nothing
   */
  hello(payload: Bytes, rest: Bytes): void;
  /** The head of a request (at the host) or of an answer (at the visitor). */
  headers(lane: number, frame: HeadersFrame): void;
  ping(ack: boolean, payload: Bytes): void;
  /** The peer ended the connection; without an error when all is well (K4). */
  goaway(error: PeerServerError | undefined): void;
  /** The peer gave this side credit; stream 0 means the connection. */
  credit(lane: number, stream: number, increment: number): void;
}

/**
 * Takes messages apart and hands each frame to whom it concerns, after checking what is the same for both
 * sides: its lane, its place in the order, its stream. Throws what ends the connection.
 */
export class FrameReceiver {
  readonly #table: ExchangeTable;
  readonly #credit: IncomingCredit;
  readonly #maxMessageSize: number;
  readonly #handlers: FrameHandlers;
  #helloSeen = false;

  constructor(
    table: ExchangeTable,
    credit: IncomingCredit,
    maxMessageSize: number,
    handlers: FrameHandlers,
  ) {
    this.#table = table;
    this.#credit = credit;
    this.#maxMessageSize = maxMessageSize;
    this.#handlers = handlers;
  }

  /** @param isOver asked between frames: the rest of a message that ended the connection is not read */
  receive(lane: number, bytes: Bytes, isOver: () => boolean): void {
    if (bytes.length > this.#maxMessageSize) throw violation('A message is too long.');
    for (const frame of decodeMessage(bytes)) {
      if (isOver()) return;
      this.#receiveFrame(lane, frame);
      if (frame.type === 'hello') {
        const end = frame.payload.byteOffset + frame.payload.length - bytes.byteOffset;
        this.#handlers.hello(frame.payload, bytes.subarray(end));
        return;
      }
    }
  }

  #receiveFrame(lane: number, frame: Frame): void {
    if (belongsToControl(frame) !== (lane === CONTROL_LANE)) {
      throw violation(`A ${frame.type} frame on the wrong lane.`);
    }
    if (lane === CONTROL_LANE) this.#requireHelloFirst(frame);
    switch (frame.type) {
      case 'hello':
        // Handed on by `receive`, which has its message.
        break;
      case 'headers':
        this.#handlers.headers(lane, frame);
        break;
      case 'data':
        this.#receiveData(lane, frame);
        break;
      case 'window':
        if (frame.stream !== 0) this.#table.requireKnownId(lane, frame.stream);
        this.#handlers.credit(lane, frame.stream, frame.increment);
        break;
      case 'reset':
        this.#table.requireKnownId(lane, frame.stream);
        this.#table
          .find(lane, frame.stream)
          ?.endedByPeer(new PeerServerError(errorCodeFromWire(frame.code), frame.reason));
        break;
      case 'ping':
        this.#handlers.ping(frame.ack, frame.payload);
        break;
      case 'goaway':
        this.#handlers.goaway(
          frame.code === 0
            ? undefined
            : new PeerServerError(errorCodeFromWire(frame.code), frame.reason),
        );
        break;
    }
  }

  #requireHelloFirst(frame: Frame): void {
    if (frame.type === 'hello') {
      if (this.#helloSeen) throw violation('A second HELLO.');
      this.#helloSeen = true;
    } else if (!this.#helloSeen && frame.type !== 'goaway') {
      throw violation(`A ${frame.type} frame before HELLO.`);
    }
  }

  #receiveData(lane: number, frame: Extract<Frame, { type: 'data' }>): void {
    const bytes = frame.payload.length;
    this.#table.requireKnownId(lane, frame.stream);
    const exchange = this.#table.find(lane, frame.stream);
    if (!exchange) {
      this.#credit.arrivedLate(bytes);
      return;
    }
    if (!exchange.headReceived) throw violation('DATA came before the head of its answer.');
    if (exchange.receivedEnd) throw violation('DATA came after the end of its body.');
    this.#credit.arrived(exchange, bytes);
    if (bytes > 0) exchange.incoming.push(frame.payload);
    if (frame.end) exchange.receiveEnd();
  }
}

function belongsToControl(frame: Frame): boolean {
  return (
    frame.type === 'hello' ||
    frame.type === 'goaway' ||
    frame.type === 'ping' ||
    (frame.type === 'window' && frame.stream === 0)
  );
}

function violation(message: string): PeerServerError {
  return new PeerServerError('protocol-violation', message);
}
