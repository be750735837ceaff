import { PeerServerError } from '../protocol/errors.ts';
import {
  type ClientMessage,
  MAX_SERVER_MESSAGE_BYTES,
  parseServerMessage,
  type ServerMessage,
} from './messages.ts';

/** What the client needs of a WebSocket; the browsers' own and the one of the package `ws` both have it. */
export interface WebSocketLike {
  send(data: string): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(
    type: 'close',
    listener: (event: { readonly code: number; readonly reason: string }) => void,
  ): void;
  addEventListener(type: 'error', listener: () => void): void;
}

/** A connection to the signaling server, past its `welcome`. */
export interface SignalingSocket {
  /** What a host signs to claim a name; from `welcome`. */
  readonly challenge: string;
  /** The server's host and port as this client addresses it, e.g. `localhost:8890`; a host signs that, too. */
  readonly server: string;
  /** Sends one message; throws signaling-failed when the connection is over. */
  send(message: ClientMessage): void;
  /**
   * The next message, in order; messages wait here until they are asked for, so none is lost. Rejects with
   * signaling-failed once the connection is over and all is read, with cancelled when `signal` aborts (no
   * message is used up then).
   */
  next(signal?: AbortSignal): Promise<ServerMessage>;
  /** Resolves when the connection is over, for whatever reason. Never rejects. */
  readonly closed: Promise<void>;
  /** Ends the connection; safe to call again. */
  close(): void;
}

/**
 * Messages that may wait to be read. A client that is alive reads them at once; a server that sends faster
 * than that would fill its memory (at most 256 × 48 KiB = 12 MiB).
 */
export const MAX_WAITING_MESSAGES = 256;

/** Close code for "you broke the rules" (RFC 6455 allows a browser's script only 1000 and 3000 to 4999). */
const CLOSE_BAD_MESSAGE = 4002;

interface Waiter {
  resolve(message: ServerMessage): void;
  reject(error: PeerServerError): void;
}

/**
 * Connects to a signaling server and waits for its `welcome`.
 * @param url e.g. `ws://localhost:8890/.peerserver/signal`
 * @param options.signal ends the attempt, and the connection at any later time
 * @param options.createSocket how to open a WebSocket; default: the platform's own
 * @throws PeerServerError signaling-failed when the server cannot be reached or speaks something else;
 *   cancelled when `signal` aborts
 */
export async function connectSignaling(
  url: string,
  options: { signal: AbortSignal; createSocket?: (url: string) => WebSocketLike },
): Promise<SignalingSocket> {
  const { signal, createSocket = (address) => new WebSocket(address) } = options;
  if (signal.aborted) throw cancelled(signal);
  let server: string;
  let socket: WebSocketLike;
  try {
    server = new URL(url).host;
    socket = createSocket(url);
  } catch (cause) {
    throw failed(`The address of the signaling server is not usable: ${url}.`, cause);
  }
  const inbox = new Inbox();
  let markClosed = () => {};
  const closed = new Promise<void>((resolve) => {
    markClosed = resolve;
  });

  const end = (error: PeerServerError, code?: number) => {
    if (inbox.isOver) return;
    signal.removeEventListener('abort', onAbort);
    inbox.end(error);
    socket.close(code);
    markClosed();
  };
  const onAbort = () => end(cancelled(signal), 1000);
  signal.addEventListener('abort', onAbort);

  socket.addEventListener('message', ({ data }) => {
    if (inbox.isOver) return;
    try {
      inbox.put(readMessage(data));
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      end(failed(`The signaling server broke the rules: ${reason}`, cause), CLOSE_BAD_MESSAGE);
    }
  });
  // The close event always follows and says more; this listener keeps `ws` from throwing.
  socket.addEventListener('error', () => {});
  socket.addEventListener('close', ({ code, reason }) => end(failed(describeClose(code, reason))));

  const first = await inbox.next();
  if (first.kind !== 'welcome') {
    const error = failed('The signaling server did not begin with a welcome; is it PeerServer?');
    end(error, CLOSE_BAD_MESSAGE);
    throw error;
  }
  return {
    challenge: first.challenge,
    server,
    closed,
    next: (nextSignal) => inbox.next(nextSignal),
    send(message) {
      if (inbox.error) throw inbox.error;
      try {
        socket.send(JSON.stringify(message));
      } catch (cause) {
        throw failed('The connection to the signaling server is closing.', cause);
      }
    },
    close: () => end(failed('The connection to the signaling server was closed here.'), 1000),
  };
}

function readMessage(data: unknown): ServerMessage {
  if (typeof data !== 'string') throw new Error('its message is not text.');
  // A character is at most 3 bytes of UTF-8, so most messages need no counting.
  const mayBeTooLarge = data.length * 3 > MAX_SERVER_MESSAGE_BYTES;
  if (mayBeTooLarge && new TextEncoder().encode(data).length > MAX_SERVER_MESSAGE_BYTES) {
    throw new Error(`its message is larger than ${MAX_SERVER_MESSAGE_BYTES} bytes.`);
  }
  return parseServerMessage(data);
}

/** Messages in order, and those who wait for one. */
class Inbox {
  readonly #messages: ServerMessage[] = [];
  readonly #waiters: Waiter[] = [];
  #error: PeerServerError | undefined;

  get error(): PeerServerError | undefined {
    return this.#error;
  }

  get isOver(): boolean {
    return this.#error !== undefined;
  }

  put(message: ServerMessage): void {
    const waiter = this.#waiters.shift();
    if (waiter) {
      waiter.resolve(message);
      return;
    }
    if (this.#messages.length >= MAX_WAITING_MESSAGES) {
      throw new Error('it sent more messages than can wait here.');
    }
    this.#messages.push(message);
  }

  end(error: PeerServerError): void {
    this.#error = error;
    for (const waiter of this.#waiters.splice(0)) waiter.reject(error);
  }

  next(signal?: AbortSignal): Promise<ServerMessage> {
    if (signal?.aborted) return Promise.reject(cancelled(signal));
    const message = this.#messages.shift();
    if (message) return Promise.resolve(message);
    if (this.#error) return Promise.reject(this.#error);
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
        if (signal) reject(cancelled(signal));
      };
      const settled = () => signal?.removeEventListener('abort', onAbort);
      const waiter: Waiter = {
        resolve(value) {
          settled();
          resolve(value);
        },
        reject(error) {
          settled();
          reject(error);
        },
      };
      this.#waiters.push(waiter);
      signal?.addEventListener('abort', onAbort);
    });
  }
}

function describeClose(code: number, reason: string): string {
  if (reason) return `The signaling server closed the connection: ${reason}`;
  if (code === 1001) return 'The signaling server is shutting down; try again in a moment.';
  if (code === 1009) return 'The signaling server refused a message because it is too large.';
  if (code === 1006)
    return 'The signaling server cannot be reached; check the address and network.';
  return `The signaling server closed the connection (code ${code}).`;
}

function failed(message: string, cause?: unknown): PeerServerError {
  return new PeerServerError('signaling-failed', message, { cause });
}

function cancelled(signal: AbortSignal): PeerServerError {
  const cause: unknown = signal.reason;
  return new PeerServerError('cancelled', 'Signaling was cancelled.', { cause });
}
