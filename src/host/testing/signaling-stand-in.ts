import { claimBytes, verifySignature } from '../../protocol/identity.ts';
import type { WebSocketLike } from '../../signaling/client.ts';
import {
  type ClientMessage,
  parseClientMessage,
  type ServerMessage,
} from '../../signaling/messages.ts';

type Claim = Extract<ClientMessage, { kind: 'claim' }>;

/** One host's socket as the signaling server sees it. */
export class HostSocket {
  readonly #listeners: { type: string; listener: (event: never) => void }[] = [];
  readonly #received: ClientMessage[] = [];
  readonly #waiting: ((message: ClientMessage) => void)[] = [];
  #open = true;

  /** True until either side has closed it. */
  get open(): boolean {
    return this.#open;
  }

  /** What the host holds. */
  readonly clientSide: WebSocketLike = {
    send: (data) => {
      const message = parseClientMessage(data);
      const waiting = this.#waiting.shift();
      if (waiting) waiting(message);
      else this.#received.push(message);
    },
    close: () => this.close(),
    addEventListener: (type: string, listener: (event: never) => void) => {
      this.#listeners.push({ type, listener });
    },
  };

  /** The host's next message, in order. */
  next(): Promise<ClientMessage> {
    const message = this.#received.shift();
    if (message) return Promise.resolve(message);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** The host's messages that nobody has asked for yet. */
  get unread(): readonly ClientMessage[] {
    return this.#received;
  }

  send(message: ServerMessage): void {
    this.#emit('message', { data: JSON.stringify(message) });
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#emit('close', { code: 1006, reason: '' });
  }

  #emit(type: string, event: object): void {
    for (const entry of this.#listeners) {
      if (entry.type === type) entry.listener(event as never);
    }
  }
}

/** A signaling server without a network: tests read what hosts send, and answer. */
export class SignalingStandIn {
  readonly challenge = 'Y2hhbGxlbmdl';
  /** Its address is `ws://signal.example/`. */
  readonly server = 'signal.example';
  readonly #sockets: HostSocket[] = [];
  readonly #waiting: ((socket: HostSocket) => void)[] = [];
  /** How many sockets were opened so far. */
  opened = 0;
  /** Sockets that are opened now fail. */
  reachable = true;

  readonly createSocket = (): WebSocketLike => {
    const socket = new HostSocket();
    this.opened += 1;
    // As a network does it: nothing happens before the caller has attached its listeners.
    queueMicrotask(() => {
      if (!this.reachable) {
        socket.close();
        return;
      }
      socket.send({ kind: 'welcome', challenge: this.challenge });
      const waiting = this.#waiting.shift();
      if (waiting) waiting(socket);
      else this.#sockets.push(socket);
    });
    return socket.clientSide;
  };

  /** The next socket that a host opens. */
  nextSocket(): Promise<HostSocket> {
    const socket = this.#sockets.shift();
    if (socket) return Promise.resolve(socket);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Reads a claim, checks its signature, and gives the name. */
  async grant(socket: HostSocket): Promise<Claim> {
    const claim = await this.readClaim(socket);
    socket.send({ kind: 'claimed', name: claim.name, iceServers: [] });
    return claim;
  }

  /** Reads a claim and checks its signature. */
  async readClaim(socket: HostSocket): Promise<Claim> {
    const claim = await socket.next();
    if (claim.kind !== 'claim') throw new Error(`A host began with “${claim.kind}”.`);
    const bytes = claimBytes(claim.name, this.challenge, this.server);
    if (!(await verifySignature(claim.key, claim.signature, bytes))) {
      throw new Error('The signature of the claim is wrong.');
    }
    return claim;
  }
}
