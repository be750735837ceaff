/** The protocol between a site's host and its sandbox: connections over MessagePorts. */
import type { Clock } from '../../protocol/clock.ts';
import { PeerServerError } from '../../protocol/errors.ts';
import { FEATURES } from '../../protocol/features.ts';
import type { HandshakeRecord } from '../../protocol/handshake-record.ts';
import { acceptConnection, type HostConnection } from '../../protocol/host-connection.ts';
import type { RequestHandler } from '../../protocol/http-message.ts';
import { generateKeyPair, identityFromKeyPair } from '../../protocol/identity.ts';
import type { Limits } from '../../protocol/limits.ts';
import { openConnection, type VisitorConnection } from '../../protocol/visitor-connection.ts';
import type { PortLike } from './port-like.ts';
import { PORT_MESSAGE_BYTES, PortTransport } from './port-transport.ts';

const KIB = 1024;
const MIB = 1024 * KIB;
const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Limits of both ends. All visitors of a site share one connection, whose other end is memory away, so there
 * is room for many exchanges, and windows need not cover long paths.
 */
export const PORT_LIMITS = {
  messageBytes: PORT_MESSAGE_BYTES,
  /** A hundred visitors with all their exchanges open; whoever comes after that waits in line. */
  openStreams: 16_384,
  /** Handlers may go on after their visitors have left, to be cut off by the watchdog only. */
  occupiedStreams: 32_768,
  openSockets: 8_192,
  /** Sent before the sandbox runs. */
  earlyRequests: 1_024,
  /** Heads of those, at 48 KiB in the worst case. */
  earlyBytes: 64 * MIB,
  streamWindow: 256 * KIB,
  maxStreamWindow: 4 * MIB,
  /** 256 bodies that nobody reads; a site whose handlers ignore more uploads than that stalls others. */
  connectionWindow: 64 * MIB,
  maxConnectionWindow: 128 * MIB,
  connectionQueueBytes: 64 * MIB,
  /** Heads of a thousand answers. While the host is busy elsewhere, the sandbox's answers wait here. */
  maxQueuedBytes: 64 * MIB,
  socketReassemblyBytes: 64 * MIB,
  /** The sandbox's end begins when its code runs, which a slow machine takes a while for. */
  helloTimeoutMs: 60_000,
  /** Whether the other end's event loop turns is the watchdog's business, which knows what runs there. */
  pingAfterMs: DAY_MS,
  lostAfterMs: DAY_MS,
} as const satisfies Partial<Limits>;

/** Far more than a greeting has; in characters. */
const MAX_GREETING_LENGTH = 256;

/**
 * The asking end of a port. What comes in is hostile. Rejects with a PeerServerError as `openConnection` does.
 * @param options.signal closes the connection when it aborts
 */
export async function openPortConnection(
  port: PortLike,
  options: { readonly signal?: AbortSignal; readonly clock?: Clock } = {},
): Promise<{ readonly connection: VisitorConnection; readonly transport: PortTransport }> {
  // Whoever has the port is the one it was given to; the key only satisfies the handshake (H4).
  const identity = await identityFromKeyPair(await generateKeyPair());
  port.postMessage(identity.publicKey, []);
  const transport = new PortTransport(port, portRecord(identity.publicKey), {
    answersPings: false,
  });
  const connection = await openConnection(transport, {
    identity,
    limits: PORT_LIMITS,
    ...options,
  });
  return { connection, transport };
}

/**
 * The answering end of a port: answers with `handler` once the other end has introduced itself. Rejects with
 * `protocol-violation` when it says something else, `cancelled` after `signal`.
 */
export async function acceptPortConnection(
  port: PortLike,
  options: {
    readonly handler: RequestHandler;
    /** For logs; unique within the program. */
    readonly connectionId: string;
    /** Whether the other end may ask for signs of life: not where that is a sandbox. Default: true. */
    readonly answersPings?: boolean;
    readonly signal?: AbortSignal;
    readonly clock?: Clock;
  },
): Promise<HostConnection> {
  const { answersPings = true, ...rest } = options;
  const { transport } = await greeted(port, options.signal, answersPings);
  // Compressing for memory next door would be work for nothing.
  const features = [FEATURES.webSocket];
  return acceptConnection(transport, { limits: PORT_LIMITS, features, ...rest });
}

/** Reads the key that the other end introduces itself with; keeps what follows until it is listened to. */
function greeted(
  port: PortLike,
  signal: AbortSignal | undefined,
  answersPings: boolean,
): Promise<{ readonly transport: PortTransport }> {
  return new Promise((resolve, reject) => {
    const relay = new GreetedPort(port, (greeting) => {
      signal?.removeEventListener('abort', abort);
      if (typeof greeting === 'string' && greeting.length <= MAX_GREETING_LENGTH) {
        resolve({ transport: new PortTransport(relay, portRecord(greeting), { answersPings }) });
        return;
      }
      port.close();
      reject(new PeerServerError('protocol-violation', 'The other end of the port is no peer.'));
    });
    const abort = () => {
      port.close();
      reject(new PeerServerError('cancelled', 'The sandbox was ended.'));
    };
    signal?.addEventListener('abort', abort, { once: true });
    if (signal?.aborted) abort();
  });
}

type Listener = (event: { readonly data?: unknown }) => void;

/** A port whose first message has been taken off; the others wait for `start`, as in any port. */
class GreetedPort implements PortLike {
  readonly #port: PortLike;
  readonly #waiting: { readonly data?: unknown }[] = [];
  #greet: ((greeting: unknown) => void) | undefined;
  #onMessage: Listener = () => {};
  #started = false;

  constructor(port: PortLike, greet: (greeting: unknown) => void) {
    this.#port = port;
    this.#greet = greet;
    port.addEventListener('message', (event) => {
      const greet = this.#greet;
      this.#greet = undefined;
      if (greet) greet(event.data);
      else if (this.#started) this.#onMessage(event);
      else this.#waiting.push(event);
    });
    port.start();
  }

  postMessage(message: unknown, transfer: ArrayBuffer[]): void {
    this.#port.postMessage(message, transfer);
  }

  addEventListener(type: 'message' | 'messageerror' | 'close', listener: Listener): void {
    if (type === 'message') this.#onMessage = listener;
    else this.#port.addEventListener(type, listener);
  }

  start(): void {
    this.#started = true;
    for (const event of this.#waiting.splice(0)) this.#onMessage(event);
  }

  close(): void {
    this.#port.close();
  }
}

/** Both ends make the same record of a key. */
function portRecord(key: string): HandshakeRecord {
  return {
    version: 1,
    site: 'sandbox',
    visitorKey: key,
    hostKey: '',
    visitorFingerprint: '',
    hostFingerprint: '',
    visitorNonce: '',
    hostNonce: '',
  };
}
