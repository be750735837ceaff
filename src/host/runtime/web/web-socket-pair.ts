/** `WebSocketPair` as on Cloudflare Workers: two ends, one for the visitor and one for the site's code. */
import type { MessageSocket, SocketMessage } from '../../../protocol/message-socket.ts';
import { RUNTIME_LIMITS } from '../limits.ts';
import { checkClose, messageOf, SocketCloseEvent, SocketErrorEvent } from './socket-events.ts';

const OPEN = 1;
const CLOSING = 2;
const CLOSED = 3;
const NO_CODE = 1005;
const INTERNAL_ERROR = 1011;

/** What comes out of an end: a message, or that it is over. */
type Arrival =
  | { readonly kind: 'message'; readonly data: SocketMessage }
  | {
      readonly kind: 'close';
      readonly code: number;
      readonly reason: string;
      readonly clean: boolean;
    };

type SocketEventHandler = ((event: Event) => unknown) | null;

/** One end of a pair. Nothing is delivered before `accept`. */
export class PairedSocket extends EventTarget {
  static readonly CONNECTING = 0;
  static readonly OPEN = OPEN;
  static readonly CLOSING = CLOSING;
  static readonly CLOSED = CLOSED;

  /** What binary messages come as; Workers' default. */
  binaryType: 'arraybuffer' | 'blob' = 'arraybuffer';
  readonly url = null;
  readonly extensions = '';
  #peer: PairedSocket | undefined;
  #protocol = '';
  #state = OPEN;
  #accepted = false;
  /** Takes what arrives in place of the listeners: this end is the visitor's. */
  #sink: ((arrival: Arrival) => void) | undefined;
  #waiting: Arrival[] = [];
  #waitingBytes = 0;
  #onAccept: () => void = () => {};
  #saidClose = false;
  readonly #handlers = new Map<string, SocketEventHandler>();

  /** Two ends that are connected. */
  static pair(): readonly [PairedSocket, PairedSocket] {
    const ends = [new PairedSocket(), new PairedSocket()] as const;
    ends[0].#peer = ends[1];
    ends[1].#peer = ends[0];
    return ends;
  }

  get readyState(): number {
    return this.#state;
  }

  get protocol(): string {
    return this.#protocol;
  }

  /** Starts the delivery of events. Listeners that are added in the same turn get all of them. */
  accept(): void {
    if (this.#sink) throw new TypeError('This end was given to the visitor: accept the other one.');
    if (this.#accepted) return;
    this.#accepted = true;
    queueMicrotask(() => {
      this.#flush();
      this.#onAccept();
    });
  }

  /** Sends text or bytes. Does nothing once the socket is closing, as in browsers. */
  send(data: string | ArrayBuffer | ArrayBufferView): void {
    if (!this.#accepted) {
      throw new TypeError('Call accept() on this WebSocket before sending.');
    }
    if (this.#saidClose || this.#state !== OPEN) return;
    this.#tellPeer({ kind: 'message', data: messageOf(data) });
  }

  /** Begins to close. @param code 1000 or 3000 to 4999, and 1001 to 1014 as servers may */
  close(code?: number, reason = ''): void {
    checkClose(code, reason);
    if (this.#saidClose || this.#state !== OPEN) return;
    this.#saidClose = true;
    this.#state = CLOSING;
    this.#tellPeer({ kind: 'close', code: code ?? NO_CODE, reason, clean: true });
  }

  get onmessage(): SocketEventHandler {
    return this.#handlers.get('message') ?? null;
  }
  set onmessage(handler: SocketEventHandler) {
    this.#handle('message', handler);
  }
  get onclose(): SocketEventHandler {
    return this.#handlers.get('close') ?? null;
  }
  set onclose(handler: SocketEventHandler) {
    this.#handle('close', handler);
  }
  get onerror(): SocketEventHandler {
    return this.#handlers.get('error') ?? null;
  }
  set onerror(handler: SocketEventHandler) {
    this.#handle('error', handler);
  }

  /**
   * Makes this end the visitor's: what the other end sends goes out on `socket`, and what comes in there
   * arrives at the other end. Resolves at once; throws TypeError for an end that is in use.
   * @param protocol the subprotocol that was agreed on
   */
  connect(socket: MessageSocket, protocol: string): void {
    this.requireConnectable();
    const peer = this.#peer;
    if (!peer) return;
    peer.#protocol = protocol;
    this.#sink = (arrival) => {
      if (arrival.kind === 'close') {
        socket.close(arrival.code === NO_CODE ? undefined : arrival.code, arrival.reason);
        return;
      }
      socket.send(arrival.data).catch((thrown: unknown) => {
        const error = thrown instanceof Error ? thrown : new Error(String(thrown));
        peer.dispatchEvent(new SocketErrorEvent(error));
        socket.close(INTERNAL_ERROR);
      });
    };
    this.#flush();
    void pump(socket, peer);
  }

  /** Throws TypeError for an end that cannot be given to a visitor. */
  requireConnectable(): void {
    if (!this.#accepted && !this.#sink) return;
    throw new TypeError(
      'This end of the WebSocketPair is in use: return the one that you have not accepted, once.',
    );
  }

  /** Resolves once the site's code listens: until then the visitor's messages wait in the connection. */
  accepted(): Promise<void> {
    if (this.#accepted) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onAccept = resolve;
    });
  }

  /** Hands over what came from the visitor. */
  deliver(arrival: Arrival): void {
    this.#arrive(arrival);
  }

  #tellPeer(arrival: Arrival): void {
    if (this.#peer) this.#peer.#arrive(arrival);
  }

  #arrive(arrival: Arrival): void {
    if (this.#state === CLOSED) return;
    this.#waiting.push(arrival);
    if (arrival.kind === 'message') {
      const { data } = arrival;
      this.#waitingBytes += data.length;
      if (!this.#accepted && !this.#sink && this.#waitingBytes > RUNTIME_LIMITS.socketBufferBytes) {
        throw new Error('Too much waits in a WebSocket that nobody has accepted.');
      }
    }
    if (this.#sink) this.#flush();
    else if (this.#accepted) queueMicrotask(() => this.#flush());
  }

  #flush(): void {
    for (const arrival of this.#waiting.splice(0)) {
      this.#waitingBytes = 0;
      if (this.#sink) this.#sink(arrival);
      else if (arrival.kind === 'message') this.dispatchEvent(this.#messageEvent(arrival.data));
      else this.#finish(arrival);
    }
  }

  #messageEvent(data: SocketMessage): MessageEvent {
    if (typeof data === 'string') return new MessageEvent('message', { data });
    const whole = this.binaryType === 'blob' ? new Blob([data]) : data.slice().buffer;
    return new MessageEvent('message', { data: whole });
  }

  #finish(arrival: Extract<Arrival, { kind: 'close' }>): void {
    if (this.#state === CLOSED) return;
    this.#state = CLOSED;
    // The other end of a pair that never left the sandbox is told in kind; a visitor's has been told.
    const peer = this.#peer;
    if (peer && !peer.#sink && !this.#saidClose) {
      this.#saidClose = true;
      peer.#arrive({ ...arrival });
    }
    this.dispatchEvent(new SocketCloseEvent(arrival.code, arrival.reason, arrival.clean));
  }

  #handle(type: string, handler: SocketEventHandler): void {
    const before = this.#handlers.get(type);
    if (before) this.removeEventListener(type, before);
    const usable = typeof handler === 'function' ? handler : null;
    this.#handlers.set(type, usable);
    if (usable) this.addEventListener(type, usable);
  }
}

/** Brings a visitor's messages to the site's end, as long as both are there. */
async function pump(socket: MessageSocket, end: PairedSocket): Promise<void> {
  // A visitor that goes before anybody listens ends the waiting, too.
  const gone = socket.closed.then(() => 'gone' as const);
  if ((await Promise.race([end.accepted(), gone])) !== 'gone') {
    for (let data = await socket.read(); data !== null; data = await socket.read()) {
      end.deliver({ kind: 'message', data });
    }
  }
  const { code, reason, wasClean } = await socket.closed;
  end.deliver({ kind: 'close', code, reason, clean: wasClean });
}

/** `const { 0: client, 1: server } = new WebSocketPair()`. */
export class WebSocketPair {
  readonly 0: PairedSocket;
  readonly 1: PairedSocket;

  constructor() {
    const [client, server] = PairedSocket.pair();
    this[0] = client;
    this[1] = server;
  }
}
