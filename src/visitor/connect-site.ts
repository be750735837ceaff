import { type DialProgress, dial } from '../link/dial.ts';
import type { NegotiationChannel } from '../link/negotiation-channel.ts';
import type { CreatePeer } from '../link/peer.ts';
import { type ErrorCode, PeerServerError } from '../protocol/errors.ts';
import type { Identity } from '../protocol/identity.ts';
import type { AnswerFields, Candidate } from '../protocol/negotiation.ts';
import { openConnection, type VisitorConnection } from '../protocol/visitor-connection.ts';
import { connectSignaling, type SignalingSocket, type WebSocketLike } from '../signaling/client.ts';
import type { ServerMessage } from '../signaling/messages.ts';

/** The host key that a visitor remembers for a site, as SSH remembers a machine's. */
export interface HostKeyPin {
  /** The key of earlier visits; undefined on the first. */
  load(): Promise<string | undefined>;
  /** Called after a connection whose host proved the key. */
  save(hostKey: string): Promise<void>;
}

export type ConnectStep = 'signaling' | 'finding-host' | DialProgress | 'proving' | 'connected';

export interface ConnectOptions {
  /** The site's name. */
  readonly site: string;
  readonly signalUrl: string;
  readonly identity: Identity;
  readonly pin: HostKeyPin;
  readonly createPeer: CreatePeer;
  readonly createSocket?: (url: string) => WebSocketLike;
  /** `host`: the host keeps this visitor's cookies; default: the visitor does so itself. */
  readonly cookies?: 'host';
  readonly signal: AbortSignal;
  readonly onProgress?: (step: ConnectStep) => void;
}

/** The key that a site's host shows is not the one this visitor knows (SPEC H6). */
export class HostKeyChangedError extends PeerServerError {
  constructor(
    readonly knownKey: string,
    readonly shownKey: string,
  ) {
    super('identity-mismatch', 'This site is served with another key than before.');
  }
}

/**
 * The whole way to a site's host, from top to bottom: introduce, dial, prove. The signaling server is let go
 * as soon as the peers are connected.
 * @throws PeerServerError signaling-failed, no-such-site, host-away, identity-mismatch (HostKeyChangedError
 *   when the key changed), version-mismatch, cannot-connect, cancelled
 */
export async function connectSite(options: ConnectOptions): Promise<VisitorConnection> {
  const { site, identity, pin, signal, onProgress } = options;
  onProgress?.('signaling');
  const signaling = await connectSignaling(options.signalUrl, {
    signal,
    ...(options.createSocket ? { createSocket: options.createSocket } : {}),
  });
  try {
    onProgress?.('finding-host');
    signaling.send({ kind: 'visit', name: site });
    const found = await findHost(signaling, site, signal);
    const knownKey = await pin.load();
    if (knownKey !== undefined && knownKey !== found.hostKey) {
      throw new HostKeyChangedError(knownKey, found.hostKey);
    }
    const transport = await dial({
      site,
      identity,
      hostKey: found.hostKey,
      iceServers: found.iceServers,
      createPeer: options.createPeer,
      channel: negotiateOver(signaling, signal),
      signal,
      ...(onProgress ? { onProgress } : {}),
    });
    onProgress?.('proving');
    const connection = await openConnection(transport, {
      identity,
      signal,
      ...(options.cookies ? { cookies: options.cookies } : {}),
    });
    try {
      await pin.save(found.hostKey);
    } catch (cause) {
      connection.close();
      const text = "The host's key cannot be remembered here. Free some storage, then try again.";
      throw new PeerServerError('storage-failed', text, { cause });
    }
    onProgress?.('connected');
    return connection;
  } finally {
    signaling.close();
  }
}

type SiteMessage = Extract<ServerMessage, { kind: 'site' }>;

async function findHost(
  signaling: SignalingSocket,
  site: string,
  signal: AbortSignal,
): Promise<SiteMessage> {
  const message = await signaling.next(signal);
  switch (message.kind) {
    case 'site':
      return message;
    case 'absent':
      throw message.reason === 'unknown'
        ? new PeerServerError(
            'no-such-site',
            `There is no site called "${site}" here. Check the address.`,
          )
        : new PeerServerError(
            'host-away',
            `The host of "${site}" is not online now. Try again later.`,
          );
    case 'error':
      throw new PeerServerError('signaling-failed', message.message);
    default:
      throw unexpected(message);
  }
}

/** What `dial` needs of the signaling socket: an answer that comes once, candidates that come as they come. */
function negotiateOver(signaling: SignalingSocket, signal: AbortSignal): NegotiationChannel {
  let settleAnswer:
    | { resolve(answer: AnswerFields): void; reject(error: unknown): void }
    | undefined;
  const answer = new Promise<AnswerFields>((resolve, reject) => {
    settleAnswer = { resolve, reject };
  });
  // Nobody waits for the answer yet when the socket fails first; `dial` sees the rejection all the same.
  answer.catch(() => undefined);
  const queue: Candidate[] = [];
  let wake: () => void = () => {};
  let over = false;

  const read = async () => {
    try {
      for (;;) {
        const message = await signaling.next(signal);
        if (message.kind === 'answer') settleAnswer?.resolve(message);
        else if (message.kind === 'candidate') queue.push(message.candidate);
        else throw refusal(message);
        wake();
      }
    } catch (error) {
      settleAnswer?.reject(error);
      over = true;
      wake();
    }
  };
  void read();
  void signaling.closed.then(() => {
    over = true;
    wake();
  });

  return {
    sendOffer: (offer) => signaling.send({ kind: 'offer', ...offer }),
    answer: () => answer,
    sendCandidate(candidate) {
      // Connected already: what is still found is of no use to anybody.
      if (!over) signaling.send({ kind: 'candidate', session: null, candidate });
    },
    async *candidates(until) {
      until.addEventListener('abort', () => wake(), { once: true });
      while (!until.aborted) {
        for (const candidate of queue.splice(0)) yield candidate;
        if (over) return;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}

/** What a host may decline with; from a newer one anything else can come. */
const DECLINE_CODES = new Map<string, ErrorCode>([
  ['version-mismatch', 'version-mismatch'],
  ['stream-refused', 'stream-refused'],
  ['identity-mismatch', 'identity-mismatch'],
  ['cannot-connect', 'cannot-connect'],
]);

function refusal(message: ServerMessage): PeerServerError {
  if (message.kind === 'absent') {
    return new PeerServerError('host-away', 'The host went offline just now. Try again.');
  }
  if (message.kind === 'declined') {
    return new PeerServerError(DECLINE_CODES.get(message.code) ?? 'host-away', message.message);
  }
  if (message.kind === 'error') return new PeerServerError('signaling-failed', message.message);
  return unexpected(message);
}

function unexpected(message: ServerMessage): PeerServerError {
  return new PeerServerError(
    'signaling-failed',
    `The signaling server sent "${message.kind}" out of turn.`,
  );
}
