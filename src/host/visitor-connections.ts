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
import type { ServeEvent, TrafficTotals, VisitorInfo, VisitorStats } from './serve-event.ts';

/**
 * Visitors at once, those still connecting included. One who reads holds a few MiB here; one who asks for
 * large files and does not read holds about 50 MiB, or 80 with every place taken that a connection has
 * (docs/host.md), so a few of those are borne, and a hundred are not.
 */
const DEFAULT_MAX_VISITORS = 100;
/** A path that is not found in this time is not found; a visitor that never comes must not keep a place. */
export const NEGOTIATION_TIMEOUT_MS = 30_000;
/**
 * How long a visitor that was sent away stays away, milliseconds: without this, its page would be back in a second.
 * Long enough to change or close what it came for; a ban it cannot be, since new keys are to be had for nothing.
 */
export const SENT_AWAY_MS = 5 * 60_000;
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
  /** Set once the visitor has proved who it is. */
  visitor: VisitorInfo | undefined;
  /** Asked so far. */
  requests: number;
}

export class VisitorConnections {
  readonly #options: VisitorConnectionsOptions;
  /** By session of the signaling server, which is also the connection's id. */
  readonly #visits = new Map<string, Visit>();
  /** Visitors that were sent away, with the moment from which they may come again, of the clock. */
  readonly #sentAway = new Map<string, number>();
  /** What went over connections that are over. */
  #gone: TrafficTotals = { requests: 0, sentBytes: 0, receivedBytes: 0 };

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
    const until = this.#sentAway.get(message.visitorKey) ?? 0;
    if (until > this.#options.clock.now()) {
      const text = 'The host has sent this visitor away. Try again in a few minutes.';
      signaling.decline(new PeerServerError('stream-refused', text));
      return;
    }
    const visit: Visit = {
      abort: new AbortController(),
      candidates: new CandidateQueue(),
      connection: undefined,
      visitor: undefined,
      requests: 0,
    };
    this.#visits.set(session, visit);
    void this.#receive(message, visit, signaling);
  }

  /** Passes a visitor's ICE candidate on; those of sessions that are over are late, and dropped. */
  candidate(session: string, candidate: Candidate): void {
    this.#visits.get(session)?.candidates.push(candidate);
  }

  /**
   * Ends one visitor's connections and takes no new one of it for `SENT_AWAY_MS`; an unknown id is one that ended
   * by itself.
   */
  sendAway(connectionId: string, reason: PeerServerError): void {
    const key = this.#visits.get(connectionId)?.visitor?.key;
    if (key === undefined) return;
    const now = this.#options.clock.now();
    for (const [other, until] of this.#sentAway) if (until <= now) this.#sentAway.delete(other);
    this.#sentAway.set(key, now + SENT_AWAY_MS);
    for (const { visitor, abort } of this.#visits.values()) {
      if (visitor?.key === key) abort.abort(reason);
    }
  }

  /** Takes connections of a visitor again that was sent away. */
  readmit(visitorKey: string): void {
    this.#sentAway.delete(visitorKey);
  }

  /** Ends all connections. */
  closeAll(reason: PeerServerError): void {
    for (const visit of this.#visits.values()) visit.abort.abort(reason);
  }

  /** Who is connected now, oldest first, with what went over each connection. */
  stats(): readonly VisitorStats[] {
    return [...this.#visits.values()].flatMap(({ visitor, connection, requests }) => {
      if (!visitor || !connection) return [];
      const { bytesSent, bytesReceived, roundTripMs, openStreams } = connection.stats();
      return {
        ...visitor,
        sentBytes: bytesSent,
        receivedBytes: bytesReceived,
        roundTripMs,
        requests,
        activeRequests: openStreams,
      };
    });
  }

  /** All that went over connections since the first. */
  traffic(): TrafficTotals {
    let total = this.#gone;
    for (const visit of this.#visits.values()) total = withTraffic(total, visit);
    return total;
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
        handler: (request) => {
          visit.requests += 1;
          return this.#options.handler(request);
        },
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
      visit.visitor = visitor;
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
      this.#gone = withTraffic(this.#gone, visit);
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

/** A sum with one connection's share. */
function withTraffic(sum: TrafficTotals, { connection, requests }: Visit): TrafficTotals {
  const stats = connection?.stats();
  return {
    requests: sum.requests + requests,
    sentBytes: sum.sentBytes + (stats?.bytesSent ?? 0),
    receivedBytes: sum.receivedBytes + (stats?.bytesReceived ?? 0),
  };
}

function reasonOf(visit: Visit): PeerServerError {
  return asPeerServerError(visit.abort.signal.reason, 'connection-lost');
}
