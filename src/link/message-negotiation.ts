/**
 * A negotiation over any ordered way of passing small messages: two ends in one program, a page and a test,
 * or two people with a clipboard.
 */
import { PeerServerError } from '../protocol/errors.ts';
import type { AnswerFields, Candidate, OfferFields } from '../protocol/negotiation.ts';
import type { AnswerChannel, NegotiationChannel } from './negotiation-channel.ts';

/** Plain data, so that it survives JSON. */
export type NegotiationMessage =
  | { readonly kind: 'offer'; readonly offer: OfferFields }
  | { readonly kind: 'answer'; readonly answer: AnswerFields }
  | { readonly kind: 'candidate'; readonly candidate: Candidate };

/** One end, of either role. Messages are kept until they are asked for. */
export class MessageNegotiation implements NegotiationChannel, AnswerChannel {
  readonly #post: (message: NegotiationMessage) => void;
  readonly #offers = new Inbox<OfferFields>();
  readonly #answers = new Inbox<AnswerFields>();
  readonly #candidates = new Inbox<Candidate>();

  /** `post` brings a message to the other end's `receive`, in order. */
  constructor(post: (message: NegotiationMessage) => void) {
    this.#post = post;
  }

  /** Takes a message from the other end. */
  receive(message: NegotiationMessage): void {
    if (message.kind === 'offer') this.#offers.put(message.offer);
    else if (message.kind === 'answer') this.#answers.put(message.answer);
    else this.#candidates.put(message.candidate);
  }

  sendOffer(offer: OfferFields): void {
    this.#post({ kind: 'offer', offer });
  }

  sendAnswer(answer: AnswerFields): void {
    this.#post({ kind: 'answer', answer });
  }

  sendCandidate(candidate: Candidate): void {
    this.#post({ kind: 'candidate', candidate });
  }

  /** The next offer, for the host. Rejects `cancelled` when the signal aborts. */
  offer(signal: AbortSignal): Promise<OfferFields> {
    return this.#offers.take(signal);
  }

  answer(signal: AbortSignal): Promise<AnswerFields> {
    return this.#answers.take(signal);
  }

  async *candidates(signal: AbortSignal): AsyncGenerator<Candidate> {
    for (;;) yield await this.#candidates.take(signal);
  }
}

/** Two ends in one program that hear each other. `tamper` sees each message on its way: null drops it. */
export function createMemoryNegotiation(
  tamper: (message: NegotiationMessage) => NegotiationMessage | null = (message) => message,
): { visitor: MessageNegotiation; host: MessageNegotiation } {
  const carry = (to: () => MessageNegotiation) => (message: NegotiationMessage) => {
    const carried = tamper(message);
    if (carried !== null) queueMicrotask(() => to().receive(carried));
  };
  const visitor: MessageNegotiation = new MessageNegotiation(carry(() => host));
  const host: MessageNegotiation = new MessageNegotiation(carry(() => visitor));
  return { visitor, host };
}

/** Values in order, kept until taken; one taker at a time. */
class Inbox<T> {
  readonly #values: T[] = [];
  #wake: (() => void) | undefined;

  put(value: T): void {
    this.#values.push(value);
    this.#wake?.();
  }

  take(signal: AbortSignal): Promise<T> {
    return new Promise((resolve, reject) => {
      const cancel = (): void => {
        this.#wake = undefined;
        reject(
          new PeerServerError('cancelled', 'Nobody waits any more.', { cause: signal.reason }),
        );
      };
      const attend = (): void => {
        const value = this.#values.shift();
        if (value === undefined) return;
        this.#wake = undefined;
        signal.removeEventListener('abort', cancel);
        resolve(value);
      };
      if (signal.aborted) {
        cancel();
        return;
      }
      signal.addEventListener('abort', cancel, { once: true });
      this.#wake = attend;
      attend();
    });
  }
}
