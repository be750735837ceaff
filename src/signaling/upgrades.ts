import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { type Deployment, SIGNAL_PATH } from '../address/address.ts';
import { addressKey } from './client-address.ts';
import type { SignalingLimits } from './limits.ts';
import type { SignalingLogger } from './logger.ts';
import { MAX_SIGNAL_BYTES } from './messages.ts';
import { type Admission, admit, type Permission, rejected } from './origins.ts';

export interface UpgradesOptions {
  readonly deployment: Deployment;
  readonly limits: SignalingLimits;
  readonly trustProxy: boolean;
  readonly logger: SignalingLogger;
  /** Called for every socket that was let in. */
  readonly open: (socket: WebSocket, address: string, permission: Permission) => void;
}

/** Decides which connections become WebSockets, and counts them. */
export class Upgrades {
  readonly #options: UpgradesOptions;
  readonly #perAddress = new Map<string, number>();
  /**
   * `maxPayload` ends a socket with code 1009 as soon as a frame announces too much, before it is read. No
   * compression: messages are small, and unpacking what strangers packed costs memory.
   */
  readonly #server = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_SIGNAL_BYTES,
    perMessageDeflate: false,
  });

  constructor(options: UpgradesOptions) {
    this.#options = options;
  }

  get sockets(): ReadonlySet<WebSocket> {
    return this.#server.clients;
  }

  /** Lets no more in; those who are there are the caller's to send away. */
  close(): void {
    this.#server.close();
  }

  /** Answers an `upgrade` event of the HTTP server. */
  handle(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // Without a listener a connection reset at this moment would end the process; there is nobody to tell.
    socket.on('error', () => {});
    const address = addressKey(request, this.#options.trustProxy);
    const admission = this.#admit(request, address);
    if (admission.kind === 'rejected') {
      const { status, message } = admission;
      this.#options.logger.info({ status }, 'A WebSocket was refused.');
      reject(socket, status, message);
      return;
    }
    // After close() this answers 503 by itself.
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      this.#perAddress.set(address, (this.#perAddress.get(address) ?? 0) + 1);
      webSocket.once('close', () => this.#leave(address));
      this.#options.open(webSocket, address, admission.permission);
    });
  }

  #admit(request: IncomingMessage, address: string): Admission {
    const { deployment, limits } = this.#options;
    const [path] = (request.url ?? '/').split('?', 1);
    if (path !== SIGNAL_PATH) return rejected(404, 'There is no WebSocket at this address.');
    if ((this.#perAddress.get(address) ?? 0) >= limits.socketsPerAddress) {
      return rejected(429, 'There are too many connections from this address.');
    }
    if (this.sockets.size >= limits.sockets) {
      return rejected(503, 'The server is full; try again later.');
    }
    return admit(request, deployment);
  }

  #leave(address: string): void {
    const count = this.#perAddress.get(address) ?? 1;
    if (count > 1) this.#perAddress.set(address, count - 1);
    else this.#perAddress.delete(address);
  }
}

function reject(socket: Duplex, status: number, message: string): void {
  // HTTP sockets may be half open; one whose client never closes its half would stay for ever.
  socket.once('finish', () => socket.destroy());
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n` +
      'Content-Type: text/plain; charset=utf-8\r\n' +
      `Content-Length: ${Buffer.byteLength(message)}\r\n` +
      'Connection: close\r\n\r\n' +
      message,
  );
}
