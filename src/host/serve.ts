/** Serving: keep the name at the signaling server, answer every visitor, come back after every outage. */
import type { SiteName } from '../address/site-name.ts';
import type { CreatePeer } from '../link/peer.ts';
import { type Clock, systemClock } from '../protocol/clock.ts';
import { asPeerServerError, PeerServerError } from '../protocol/errors.ts';
import type { RequestHandler } from '../protocol/http-message.ts';
import type { Identity } from '../protocol/identity.ts';
import type { Limits } from '../protocol/limits.ts';
import { connectSignaling, type SignalingSocket, type WebSocketLike } from '../signaling/client.ts';
import { CLAIM_TIMEOUT_MS, claimName } from './claim-name.ts';
import { CookieJars } from './cookies/cookie-jars.ts';
import type { CookieStorage } from './cookies/jar-file.ts';
import { withCookies } from './cookies/with-cookies.ts';
import { Pause } from './pause.ts';
import { withRequestLog } from './request-log.ts';
import { LONGEST_PAUSE_MS, retryPause } from './retry-pause.ts';
import type { ServeEvent, TrafficTotals, VisitorStats } from './serve-event.ts';
import {
  VisitorConnections,
  type VisitorConnectionsOptions,
  type VisitorSignaling,
} from './visitor-connections.ts';

export interface ServeOptions {
  readonly name: SiteName;
  readonly identity: Identity;
  readonly handler: RequestHandler;
  /** e.g. `ws://localhost:8890/.peerserver/signal` */
  readonly signalUrl: string;
  readonly createPeer: CreatePeer;
  readonly createSocket?: (url: string) => WebSocketLike;
  readonly clock?: Clock;
  /** A number in [0, 1) for each pause; default Math.random. */
  readonly random?: () => number;
  /** Ends the serving and all connections. */
  readonly signal: AbortSignal;
  readonly onEvent: (event: ServeEvent) => void;
  /** Limits of each connection. */
  readonly limits?: Partial<Limits>;
  /** Keeps visitors' cookies when the serving ends; default: they end with it. */
  readonly cookieStorage?: CookieStorage;
  /** Visitors at once; default 100. */
  readonly maxVisitors?: number;
  /** Gives the name back at the end, for an identity that nobody keeps. Default false. */
  readonly releaseName?: boolean;
  /**
   * Tells of moments at which the network may have changed, such as a browser's `online` event: the
   * signaling connection is then made anew at once. Returns what ends the telling.
   */
  readonly onNetworkChange?: (changed: () => void) => () => void;
  /** Gets the means to end one visitor's connection. */
  readonly onReady?: (control: ServeControl) => void;
  /** How offers are answered; default: over WebRTC. */
  readonly answer?: NonNullable<VisitorConnectionsOptions['answer']>;
}

export interface ServeControl {
  /** Sends one visitor away for a few minutes (`SENT_AWAY_MS`); unknown ids are ignored. */
  disconnect(connectionId: string): void;
  /** Lets a visitor come again that was sent away, by its public key. */
  readmit(visitorKey: string): void;
  /** Answers every request with a page that says so, and ends what is open; connections and name stay. */
  pause(): void;
  resume(): void;
  paused(): boolean;
  /** Who is connected now, oldest first. */
  visitorStats(): readonly VisitorStats[];
  traffic(): TrafficTotals;
}

/**
 * Serves a site until `signal` aborts. The signaling server may come and go: visitors that are connected
 * stay so, and the name is claimed again after growing pauses.
 * @throws PeerServerError name-refused when the name is not to be had, or another host with the same key
 *   took over: trying again would not help
 */
export async function serveSite(options: ServeOptions): Promise<void> {
  const { signal, onEvent, clock = systemClock, random = Math.random } = options;
  const { cookieStorage } = options;
  const cookies = new CookieJars({
    clock,
    ...(cookieStorage ? { storage: cookieStorage } : {}),
  });
  // Ready before the first visitor is, who would be told if it failed.
  cookies.ready().catch(() => undefined);
  const pause = new Pause(clock, (paused) => onEvent({ kind: 'paused', paused }));
  const visitors = new VisitorConnections({
    site: options.name,
    identity: options.identity,
    // The log has what the site was asked, and not what visitor and host say to each other about cookies.
    handler: withCookies(withRequestLog(pause.before(options.handler), clock, onEvent), cookies),
    createPeer: options.createPeer,
    clock,
    onEvent,
    ...(options.maxVisitors === undefined ? {} : { maxVisitors: options.maxVisitors }),
    ...(options.limits ? { limits: options.limits } : {}),
    ...(options.answer ? { answer: options.answer } : {}),
  });
  options.onReady?.({
    disconnect: (id) => {
      const text = 'The host ended this connection.';
      visitors.sendAway(id, new PeerServerError('connection-lost', text));
    },
    readmit: (visitorKey) => visitors.readmit(visitorKey),
    pause: () => pause.begin(),
    resume: () => pause.end(),
    paused: () => pause.paused,
    visitorStats: () => visitors.stats(),
    traffic: () => visitors.traffic(),
  });
  const network = new NetworkChanges(options.onNetworkChange);
  let failures = 0;
  try {
    while (!signal.aborted) {
      const changesBefore = network.count;
      onEvent({ kind: 'signaling', state: 'connecting' });
      let onlineSince: number | undefined;
      try {
        await serveOnce(options, visitors, network, clock, () => {
          onlineSince = clock.now();
          onEvent({ kind: 'signaling', state: 'online' });
        });
      } catch (thrown) {
        const error = asPeerServerError(thrown, 'signaling-failed');
        if (signal.aborted) break;
        if (error.code === 'name-refused') {
          onEvent({ kind: 'signaling', state: 'offline', error });
          throw error;
        }
        if (network.count > changesBefore) {
          // No failure of the server's, and what failed on the old network may work on the new one.
          failures = 0;
          continue;
        }
        // A server that accepts and drops us at once is as bad as none: only lasting success counts.
        const lasted = onlineSince !== undefined && clock.now() - onlineSince >= LONGEST_PAUSE_MS;
        failures = lasted ? 1 : failures + 1;
        const retryInMs = retryPause(failures, random());
        onEvent({ kind: 'signaling', state: 'offline', retryInMs, error });
        await waitFor(retryInMs, clock, signal, network);
        if (network.count > changesBefore) failures = 0;
      }
    }
    onEvent({ kind: 'signaling', state: 'offline' });
  } finally {
    network.end();
    visitors.closeAll(new PeerServerError('host-away', 'The host stopped serving this site.'));
    await cookies.close();
  }
}

/** One connection to the signaling server, from its first message to its end, which is always an error. */
async function serveOnce(
  options: ServeOptions,
  visitors: VisitorConnections,
  network: NetworkChanges,
  clock: Clock,
  onOnline: () => void,
): Promise<never> {
  // The socket has a signal of its own, so that a last message can be sent when serving ends.
  const attempt = new AbortController();
  const stopped = () => attempt.abort(options.signal.reason);
  let socket: SignalingSocket | undefined;
  const finish = (): void => {
    if (options.releaseName) trySend(socket, { kind: 'release' });
    stopped();
  };
  options.signal.addEventListener('abort', finish, { once: true });
  const forget = network.listen(() => {
    const text = 'The network changed; connecting again.';
    attempt.abort(new PeerServerError('signaling-failed', text));
  });
  const cancelTimeout = clock.schedule(CLAIM_TIMEOUT_MS, () => {
    const text = 'The signaling server does not answer. It may be overloaded or unreachable.';
    attempt.abort(new PeerServerError('signaling-failed', text));
  });
  try {
    if (options.signal.aborted) stopped();
    const { createSocket } = options;
    socket = await connectSignaling(options.signalUrl, {
      signal: attempt.signal,
      ...(createSocket ? { createSocket } : {}),
    });
    const claim = await claimName(socket, options.name, options.identity, attempt.signal);
    if (claim.kind === 'refused') throw new PeerServerError('name-refused', claim.message);
    cancelTimeout();
    onOnline();
    return await answerVisitors(socket, visitors, attempt.signal);
  } catch (thrown) {
    // Our own reason for ending the attempt says more than the socket's "cancelled".
    throw attempt.signal.aborted ? attempt.signal.reason : thrown;
  } finally {
    cancelTimeout();
    forget();
    options.signal.removeEventListener('abort', finish);
    socket?.close();
  }
}

async function answerVisitors(
  socket: SignalingSocket,
  visitors: VisitorConnections,
  signal: AbortSignal,
): Promise<never> {
  for (;;) {
    const message = await socket.next(signal);
    switch (message.kind) {
      case 'offer':
        visitors.offer(message, visitorSignaling(socket, message.session));
        break;
      case 'candidate':
        if (message.session !== null) visitors.candidate(message.session, message.candidate);
        break;
      case 'replaced': {
        const text = 'Another tab or program with the same key serves this site now.';
        throw new PeerServerError('name-refused', text);
      }
      default:
        // Kinds that only visitors get, and an `error` about one message: nothing to act on.
        break;
    }
  }
}

function visitorSignaling(socket: SignalingSocket, session: string): VisitorSignaling {
  return {
    sendAnswer: (fields) => socket.send({ kind: 'answer', session, ...fields }),
    sendCandidate: (candidate) => trySend(socket, { kind: 'candidate', session, candidate }),
    decline: ({ code, message }) =>
      trySend(socket, { kind: 'decline', session, code, message: message.slice(0, 512) }),
  };
}

/** For messages whose loss harms nobody: the socket may have ended, which its reader will notice. */
function trySend(
  socket: SignalingSocket | undefined,
  message: Parameters<SignalingSocket['send']>[0],
): void {
  try {
    socket?.send(message);
  } catch {
    // As said above: `next` reports the end of the socket, with its reason.
  }
}

/** Resolves after `ms`, or earlier when the network changes or serving ends. */
function waitFor(
  ms: number,
  clock: Clock,
  signal: AbortSignal,
  network: NetworkChanges,
): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      cancel();
      forget();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const cancel = clock.schedule(ms, done);
    const forget = network.listen(done);
    signal.addEventListener('abort', done, { once: true });
    if (signal.aborted) done();
  });
}

/** Passes network changes to whoever waits at the moment. */
class NetworkChanges {
  #listener: (() => void) | undefined;
  #count = 0;
  readonly end: () => void;

  constructor(subscribe: ServeOptions['onNetworkChange']) {
    const changed = () => {
      this.#count += 1;
      this.#listener?.();
    };
    this.end = subscribe?.(changed) ?? (() => {});
  }

  /** Changes so far. */
  get count(): number {
    return this.#count;
  }

  listen(listener: () => void): () => void {
    this.#listener = listener;
    return () => {
      if (this.#listener === listener) this.#listener = undefined;
    };
  }
}
