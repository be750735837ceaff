/** The visitors of a host: from the offer of each to the end of its connection. */
import { answer as answerOffer } from '../link/answer.ts';
import type { AnswerChannel } from '../link/negotiation-channel.ts';
import type { CreatePeer } from '../link/peer.ts';
import type { Clock } from '../protocol/clock.ts';
import { asPeerServerError, PeerServerError } from '../protocol/errors.ts';
import { acceptConnection, type HostConnection } from '../protocol/host-connection.ts';
import type { RequestHandler } from '../protocol/http-message.ts';
import type { Identity } from '../protocol/identity.ts';
import type { Limits } from '../protocol/limits.ts';
import type { Candidate, OfferFields } from '../protocol/negotiation.ts';
import type { Transport } from '../protocol/transport.ts';
import type { ServerMessage } from '../signaling/messages.ts';
import { CandidateQueue } from './candidate-queue.ts';
import type { ServeEvent, VisitorInfo } from './serve-event.ts';

/**
 * Visitors at once, those still connecting included. One who reads holds a few MiB here; one who asks for
 * large files and does not read holds about 50 MiB, or 80 with every place taken that a connection has
 * (docs/host.md), so a few of those are borne, and a hundred are not.
 */
const DEFAULT_MAX_VISITORS = 100;
/** A path that is not found in this time is not found; a visitor that never comes must not keep a place. */
export const NEGOTIATION_TIMEOUT_MS = 30_000;
export type OfferMessage = Extract<ServerMessage, { kind: 'offer' }>;

/** The way back to one visitor through the signaling server. */
export interface VisitorSignaling {
  sendAnswer: AnswerChannel['sendAnswer'];
  sendCandidate(candidate: Candidate): void;
  decline(error: PeerServerError): void;
}

export interface VisitorConnectionsOptions {
  readonly site: string;
  readonly identity: Identity;
  readonly handler: RequestHandler;
  readonly createPeer: CreatePeer;
  readonly clock: Clock;
  readonly maxVisitors?: number;
  readonly limits?: Partial<Limits>;
  readonly onEvent: (event: ServeEvent) => void;
  /** How offers are answered; tests put memory transports here. */
  readonly answer?: typeof answerOffer;
}

interface Visit {
  readonly abort: AbortController;
  readonly candidates: CandidateQueue;
  /** Set once connected. */
  connection: HostConnection | undefined;
}

export class VisitorConnections {
  readonly #options: VisitorConnectionsOptions;
  /** By session of the signaling server, which is also the connection's id. */
  readonly #visits = new Map<string, Visit>();

  constructor(options: VisitorConnectionsOptions) {
    this.#options = options;
  }

  /** Answers an offer, or declines it. Returns at once; what comes of it is told in events. */
  offer(message: OfferMessage, signaling: VisitorSignaling): void {
    const { session } = message;
    // A session has one offer. Another is the signaling server's mischief; the visitor shall not suffer by it.
    if (this.#visits.has(session)) return;
    if (this.#visits.size >= (this.#options.maxVisitors ?? DEFAULT_MAX_VISITORS)) {
      const text = 'This site has as many visitors as it can take. Try again later.';
      const error = new PeerServerError('stream-refused', text);
      signaling.decline(error);
      this.#options.onEvent({ kind: 'visitor-failed', connectionId: session, error });
      return;
    }
    const visit: Visit = {
      abort: new AbortController(),
      candidates: new CandidateQueue(),
      connection: undefined,
    };
    this.#visits.set(session, visit);
    void this.#receive(message, visit, signaling);
  }

  /** Passes a visitor's ICE candidate on; those of sessions that are over are late, and dropped. */
  candidate(session: string, candidate: Candidate): void {
    this.#visits.get(session)?.candidates.push(candidate);
  }

  /** Ends one visitor's connection; an unknown id is one that ended by itself. */
  disconnect(connectionId: string, reason: PeerServerError): void {
    this.#visits.get(connectionId)?.abort.abort(reason);
  }

  /** Ends all connections. */
  closeAll(reason: PeerServerError): void {
    for (const visit of this.#visits.values()) visit.abort.abort(reason);
  }

  /** One visit from its first message to its last. Never rejects. */
  async #receive(offer: OfferMessage, visit: Visit, signaling: VisitorSignaling): Promise<void> {
    const { session } = offer;
    const { onEvent, clock } = this.#options;
    let joined = false;
    let error: PeerServerError | undefined;
    const cancelTimeout = clock.schedule(NEGOTIATION_TIMEOUT_MS, () => {
      const text = 'No way to this visitor was found in time.';
      visit.abort.abort(new PeerServerError('cannot-connect', text));
    });
    try {
      const transport = await this.#connect(offer, visit, signaling);
      const connection = acceptConnection(transport, {
        handler: this.#options.handler,
        connectionId: session,
        clock,
        ...(this.#options.limits ? { limits: this.#options.limits } : {}),
      });
      visit.connection = connection;
      visit.abort.signal.addEventListener('abort', () => connection.close(reasonOf(visit)));
      if (visit.abort.signal.aborted) connection.close(reasonOf(visit));
      await connection.proven;
      cancelTimeout();
      const { route } = await transport.describe();
      const visitor: VisitorInfo = {
        connectionId: session,
        key: connection.visitorKey,
        joinedAt: Date.now(),
        route,
      };
      onEvent({ kind: 'visitor-joined', visitor });
      joined = true;
      error = await connection.closed;
    } catch (thrown) {
      error = visit.abort.signal.aborted
        ? reasonOf(visit)
        : asPeerServerError(thrown, 'cannot-connect');
      visit.connection?.close(error);
    } finally {
      cancelTimeout();
      visit.candidates.end();
      this.#visits.delete(session);
    }
    if (joined) {
      onEvent({ kind: 'visitor-left', connectionId: session, ...(error ? { error } : {}) });
    } else if (error) {
      signaling.decline(error);
      onEvent({ kind: 'visitor-failed', connectionId: session, error });
    }
  }

  #connect(offer: OfferMessage, visit: Visit, signaling: VisitorSignaling): Promise<Transport> {
    const { site, identity, createPeer, answer = answerOffer } = this.#options;
    return answer({
      site,
      identity,
      offer: offerFields(offer),
      iceServers: offer.iceServers,
      createPeer,
      channel: answerChannel(signaling, visit.candidates),
      signal: visit.abort.signal,
      clock: this.#options.clock,
    });
  }
}

function offerFields({ sdp, visitorKey, visitorNonce, versions }: OfferMessage): OfferFields {
  return { sdp, visitorKey, visitorNonce, versions };
}

function answerChannel(signaling: VisitorSignaling, candidates: CandidateQueue): AnswerChannel {
  return {
    sendAnswer: (fields) => signaling.sendAnswer(fields),
    sendCandidate: (candidate) => signaling.sendCandidate(candidate),
    candidates: (signal) => candidates.take(signal),
  };
}

function reasonOf(visit: Visit): PeerServerError {
  return asPeerServerError(visit.abort.signal.reason, 'connection-lost');
}
