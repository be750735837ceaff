import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Clock } from '../../protocol/clock.ts';
import { ABNORMAL_CLOSE_CODE, NO_CLOSE_CODE } from '../../protocol/close-codes.ts';
import { PeerServerError } from '../../protocol/errors.ts';
import type { HeaderList } from '../../protocol/http-message.ts';
import { DEFAULT_LIMITS } from '../../protocol/limits.ts';
import type { MessageSocket, SocketClose, SocketMessage } from '../../protocol/message-socket.ts';
import { type Refusal, refused } from './failure-answer.ts';
import { bytesOf } from './node-request-body.ts';

/** Bytes that may wait for a client that reads slowly before the site's next message is taken. */
const CLIENT_QUEUE_BYTES = 256 * 1024;
/** How long a client may take to answer a goodbye when the port closes, milliseconds. */
const FAREWELL_MS = 1_000;
/**
 * How often a client is pinged while its messages wait for the host, milliseconds. Nothing is read from it then,
 * so that its end would go unnoticed; what is written to a client that is gone fails.
 */
const PING_PAUSED_MS = 5_000;
/** Code of a goodbye because the server goes away (RFC 6455, 7.4.1). */
const GOING_AWAY = 1001;
const MESSAGE_TOO_BIG = 1009;

/** The socket that a host has opened, to be given to a client. */
export interface OpenedSocket {
  readonly socket: MessageSocket;
  /** Of the host's answer, for the client: without the handshake's own. */
  readonly headers: HeaderList;
  /** Ends the host's end without a goodbye: the client broke off. */
  breakOff(): void;
}

/** How a socket ended, and how many bytes of messages the client was sent. */
export interface RelayResult {
  readonly bytes: number;
  readonly error?: PeerServerError;
}

/** A refusal for a handshake that `ws` would not accept: it is no business of the host's. */
export function refuseHandshake({ method, headers }: IncomingMessage): Refusal | undefined {
  if (method !== 'GET') {
    return refused(405, 'A WebSocket is opened with GET.', [['allow', 'GET']]);
  }
  if (!/^[+/0-9A-Za-z]{22}==$/.test(headers['sec-websocket-key'] ?? '')) {
    return refused(400, 'Sec-WebSocket-Key must be 16 bytes in base64.');
  }
  if (!isListOfNames(headers['sec-websocket-protocol'])) {
    return refused(400, 'Sec-WebSocket-Protocol must be a list of different names.');
  }
  const version = headers['sec-websocket-version'];
  if (version === '13' || version === '8') return undefined;
  return refused(400, 'Sec-WebSocket-Version must be 13 or 8.', [
    ['sec-websocket-version', '13, 8'],
  ]);
}

function isListOfNames(field: string | undefined): boolean {
  if (field === undefined) return true;
  const names = field.split(',').map((name) => name.trim());
  const isToken = (name: string) => /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name);
  return names.every(isToken) && new Set(names).size === names.length;
}

/**
 * Completes a client's handshake with what the host has answered, and carries messages both ways until one end
 * is over. Each way waits for its reader: a slow client stops the host, and the other way round.
 */
export class SocketRelay {
  /** Resolves when it is over, whatever ended it. */
  readonly done: Promise<RelayResult>;
  readonly #host: OpenedSocket;
  #client: WebSocket | undefined;
  #bytes = 0;
  /** Messages of the client's that the tunnel has not taken yet. */
  #sending = 0;
  readonly #clock: Clock;
  #cancelPing: () => void = () => {};

  constructor(
    request: IncomingMessage,
    raw: Duplex,
    head: Buffer,
    host: OpenedSocket,
    clock: Clock,
  ) {
    this.#host = host;
    this.#clock = clock;
    const server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: DEFAULT_LIMITS.socketMessageBytes,
      handleProtocols: () => host.socket.protocol || false,
    });
    server.on('headers', (lines) => {
      for (const [name, value] of host.headers) lines.push(`${name}: ${value}`);
    });
    // A client that has gone by now gets no handshake; then this is all that is told of it.
    raw.once('close', () => {
      if (!this.#client) host.breakOff();
    });
    server.handleUpgrade(request, raw, head, (client) => {
      this.#client = client;
      this.#takeFromClient(client);
      void this.#giveToClient(client);
    });
    this.done = this.#end();
  }

  /** Says goodbye to the client; one that does not answer is not waited for. */
  async close(): Promise<void> {
    this.#client?.resume();
    this.#client?.close(GOING_AWAY);
    const cancel = this.#clock.schedule(FAREWELL_MS, () => this.#client?.terminate());
    await this.done;
    cancel();
  }

  #takeFromClient(client: WebSocket): void {
    const { socket } = this.#host;
    client.on('message', (data: Buffer, isBinary: boolean) => {
      void this.#passToHost(client, isBinary ? bytesOf(data) : data.toString());
    });
    // What the client did wrong; it has been told by then, and the socket's end follows.
    client.on('error', () => this.#host.breakOff());
    client.on('close', (code, reason) => {
      if (code === ABNORMAL_CLOSE_CODE) this.#host.breakOff();
      else if (code === NO_CLOSE_CODE) socket.close();
      else socket.close(code, reason.toString());
    });
  }

  /** Messages that arrived together with one that has to wait are few: they were in one piece of the socket's. */
  async #passToHost(client: WebSocket, message: SocketMessage): Promise<void> {
    if (this.#sending === 0) this.#pingLater(client);
    this.#sending += 1;
    client.pause();
    try {
      await this.#host.socket.send(message);
    } catch {
      // The only failure there is: it is longer than the tunnel takes.
      client.close(MESSAGE_TOO_BIG);
    }
    this.#sending -= 1;
    if (this.#sending > 0) return;
    this.#cancelPing();
    client.resume();
  }

  #pingLater(client: WebSocket): void {
    this.#cancelPing = this.#clock.schedule(PING_PAUSED_MS, () => {
      this.#pingLater(client);
      // A failure shows in the client's end.
      client.ping(undefined, undefined, () => {});
    });
  }

  async #giveToClient(client: WebSocket): Promise<void> {
    const { socket } = this.#host;
    for (let message = await socket.read(); message !== null; message = await socket.read()) {
      this.#bytes += typeof message === 'string' ? Buffer.byteLength(message) : message.length;
      const sent = new Promise<void>((resolve) => {
        // Whether it got there is told by the client's own end.
        client.send(message, () => resolve());
      });
      if (client.bufferedAmount > CLIENT_QUEUE_BYTES) await sent;
    }
    const { code, reason } = await socket.closed;
    // Nothing is taken from the client any more, and its goodbye has to be seen.
    client.resume();
    if (code === ABNORMAL_CLOSE_CODE) client.terminate();
    else if (code === NO_CLOSE_CODE) client.close();
    else client.close(code, reason);
  }

  async #end(): Promise<RelayResult> {
    const closed = await this.#host.socket.closed;
    this.#cancelPing();
    const error = abnormalEnd(closed);
    return error ? { bytes: this.#bytes, error } : { bytes: this.#bytes };
  }
}

function abnormalEnd({ code, reason, wasClean }: SocketClose): PeerServerError | undefined {
  if (wasClean) return undefined;
  return new PeerServerError('connection-lost', reason || `The WebSocket ended with ${code}.`);
}
