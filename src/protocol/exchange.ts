import { type ReceiveWindow, SendCredit } from './credit.ts';
import type { PeerServerError } from './errors.ts';
import type { SendingStream } from './frame-sender.ts';
import { IncomingBody } from './incoming-body.ts';
import { OutgoingBody } from './outgoing-body.ts';
import type { QueueBudget } from './queue-budget.ts';

/** What an exchange asks of its connection. */
export interface ExchangeOwner {
  /** There is something new to send. */
  wake(exchange: Exchange): void;
  /** The consumer read bytes of the incoming body. */
  consumed(exchange: Exchange, bytes: number): void;
  /** This side gives the exchange up; the peer must be told. */
  resetByUs(exchange: Exchange, error: PeerServerError): void;
  /** Both directions have ended, or it was reset: the exchange can be forgotten. */
  finished(exchange: Exchange): void;
}

export interface ExchangeOptions {
  readonly lane: number;
  readonly id: number;
  readonly sendWindow: number;
  readonly receiveWindow: ReceiveWindow;
  readonly bodyQueueBytes: number;
  readonly queueBudget: QueueBudget;
  readonly owner: ExchangeOwner;
}

/**
 * One request and its answer on one lane: two bodies, each with its credit, and an end that comes once
 * (S4). Which body is the request's depends on the side.
 */
export class Exchange implements SendingStream {
  readonly lane: number;
  readonly id: number;
  readonly sendCredit: SendCredit;
  readonly receiveWindow: ReceiveWindow;
  readonly incoming: IncomingBody;
  readonly outgoing: OutgoingBody;
  readonly #owner: ExchangeOwner;
  #sentEnd = false;
  #receivedEnd = false;
  #over = false;
  /** False at a visitor until the answer's HEADERS have come; DATA before them breaks a rule (S1). */
  headReceived = false;
  /** Called when the exchange ends before both bodies did, with the reason. */
  onReset: (error: PeerServerError) => void = () => {};
  /** Called when this side's END has been handed to the lane. */
  onSentEnd: () => void = () => {};
  /** Called once, when the exchange is over, however it ended. */
  onFinished: () => void = () => {};

  constructor(options: ExchangeOptions) {
    this.lane = options.lane;
    this.id = options.id;
    this.#owner = options.owner;
    this.sendCredit = new SendCredit(options.sendWindow);
    this.receiveWindow = options.receiveWindow;
    this.incoming = new IncomingBody({
      consumed: (bytes) => this.#owner.consumed(this, bytes),
      cancelled: (error) => this.reset(error),
    });
    this.outgoing = new OutgoingBody(options.bodyQueueBytes, options.queueBudget, () =>
      this.#owner.wake(this),
    );
  }

  /** True once nothing more can arrive or leave. */
  get over(): boolean {
    return this.#over;
  }

  /** True when this side has sent the end of its body. */
  get endSent(): boolean {
    return this.#sentEnd;
  }

  /** True when the peer has sent the end of its body. */
  get receivedEnd(): boolean {
    return this.#receivedEnd;
  }

  /** The frame with END has been handed to the lane. */
  sentEnd(): void {
    if (this.#over) return;
    this.#sentEnd = true;
    this.#finishIfDone();
    this.onSentEnd();
  }

  /** The peer's END has arrived. */
  receiveEnd(): void {
    this.#receivedEnd = true;
    this.incoming.complete();
    this.#finishIfDone();
  }

  /** Gives the exchange up from this side and tells the peer. Does nothing when it is over (X1). */
  reset(error: PeerServerError): void {
    if (this.#over) return;
    this.#end(error);
    // Whoever gives up does not read on: the credit of what had arrived must not be lost with it (X1).
    this.incoming.discard();
    this.#owner.resetByUs(this, error);
    this.#finish();
    this.onReset(error);
  }

  /** The peer, or the loss of the connection, ended the exchange. What was complete stays complete (X2). */
  endedByPeer(error: PeerServerError): void {
    if (this.#over) return;
    this.#end(error);
    this.#finish();
    this.onReset(error);
  }

  #end(error: PeerServerError): void {
    this.#over = true;
    this.incoming.fail(error);
    this.outgoing.abort(error);
  }

  #finishIfDone(): void {
    if (this.#over || !this.#sentEnd || !this.#receivedEnd) return;
    this.#over = true;
    this.#finish();
  }

  #finish(): void {
    this.#owner.finished(this);
    this.onFinished();
  }
}
