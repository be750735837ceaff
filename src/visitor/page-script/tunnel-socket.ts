import {
  type FromSocket,
  messageCost,
  type PortMessage,
  SOCKET_WINDOW,
  type ToSocket,
} from '../bridge/socket-messages.ts';
import { bytesOf, isBlob, messageOf } from './sent-data.ts';
import { clampedShort, closeFault } from './web-socket-arguments.ts';

/** What is used of the window or worker whose scripts see the socket: events and errors must be its own. */
export type SocketScope = Pick<
  typeof globalThis,
  | 'ArrayBuffer'
  | 'Blob'
  | 'CloseEvent'
  | 'DOMException'
  | 'Event'
  | 'EventTarget'
  | 'MessageChannel'
  | 'MessageEvent'
  | 'TypeError'
  | 'WebSocket'
>;

type EventType = 'open' | 'message' | 'error' | 'close';
type EventHandler = (this: unknown, event: Event) => unknown;

const CONNECTING = 0;
const OPEN = 1;
const CLOSING = 2;
const CLOSED = 3;

/** Credit goes back in steps of this cost, so that messages the other way stay few. */
const CREDIT_STEP = SOCKET_WINDOW / 4;

/** A message that has not been handed to the port. */
interface Waiting {
  data: PortMessage | Blob;
  readonly bytes: number;
}

/** State and conduct of one WebSocket (WHATWG WebSockets) whose far end is behind a port. */
export class TunnelSocket {
  readonly url: string;
  readonly extensions = '';
  protocol = '';
  readyState: number = CONNECTING;
  bufferedAmount = 0;
  readonly #target: EventTarget;
  readonly #scope: SocketScope;
  readonly #origin: string;
  readonly #port: MessagePort;
  readonly #over: () => void;
  readonly #handlers = new Map<EventType, EventHandler>();
  readonly #listeners = new Map<EventType, (event: Event) => void>();
  #wasOpen = false;
  #binaryType: BinaryType = 'blob';
  /** Sent by the page, and held back here while too much is under way already. */
  readonly #queue: Waiting[] = [];
  /** On its way to the host. */
  readonly #underWay: { readonly bytes: number; readonly cost: number }[] = [];
  #credit = SOCKET_WINDOW;
  #readingBlob = false;
  #goodbye: FromSocket | undefined;
  #unreturned = 0;

  /**
   * @param target the object that the page has; events come to it
   * @param over called when nothing more can come
   */
  constructor(
    scope: SocketScope,
    target: EventTarget,
    url: URL,
    port: MessagePort,
    over: () => void,
  ) {
    this.#scope = scope;
    this.#target = target;
    this.url = url.href;
    this.#origin = url.origin;
    this.#port = port;
    this.#over = over;
    port.onmessage = (event: MessageEvent<ToSocket>) => this.#receive(event.data);
  }

  get binaryType(): unknown {
    return this.#binaryType;
  }

  set binaryType(value: unknown) {
    const type = `${value}`;
    // What is no value of the enumeration is passed over.
    if (type === 'blob' || type === 'arraybuffer') this.#binaryType = type;
  }

  /** The `on…` attribute of an event. */
  handler(type: EventType): EventHandler | null {
    return this.#handlers.get(type) ?? null;
  }

  setHandler(type: EventType, value: unknown): void {
    const isObject = typeof value === 'function' || (typeof value === 'object' && value !== null);
    const known = this.#listeners.get(type);
    if (!isObject) {
      this.#handlers.delete(type);
      this.#listeners.delete(type);
      if (known) this.#target.removeEventListener(type, known);
      return;
    }
    this.#handlers.set(type, value as EventHandler);
    // A handler keeps the place among the listeners that its first value had.
    if (known) return;
    const listener = (event: Event) => {
      const handler = this.#handlers.get(type);
      if (typeof handler === 'function') handler.call(this.#target, event);
    };
    this.#listeners.set(type, listener);
    this.#target.addEventListener(type, listener);
  }

  send(args: readonly unknown[]): void {
    if (args.length === 0) {
      throw new this.#scope.TypeError('WebSocket.send: 1 argument required, but only 0 present.');
    }
    const [data] = args;
    const message = isBlob(data) ? data : messageOf(data);
    if (this.readyState === CONNECTING) {
      const text = 'The WebSocket is still connecting.';
      throw new this.#scope.DOMException(text, 'InvalidStateError');
    }
    const bytes = isBlob(message) ? message.size : bytesOf(message);
    this.bufferedAmount += bytes;
    if (this.readyState !== OPEN) return;
    this.#queue.push({ data: message, bytes });
    this.#pump();
  }

  close(args: readonly unknown[]): void {
    const code = args[0] === undefined ? undefined : clampedShort(args[0]);
    const reason = args[1] === undefined ? '' : `${args[1]}`;
    const fault = closeFault(code, reason);
    if (fault) throw new this.#scope.DOMException(fault[1], fault[0]);
    if (this.readyState >= CLOSING) return;
    this.readyState = CLOSING;
    this.#goodbye = { kind: 'close', code, reason };
    this.#pump();
  }

  /** The page is left, and takes no more part. */
  leave(): void {
    this.#post({ kind: 'gone' });
  }

  #receive(message: ToSocket): void {
    switch (message.kind) {
      case 'open':
        if (this.readyState !== CONNECTING) return;
        this.readyState = OPEN;
        this.#wasOpen = true;
        this.protocol = message.protocol;
        this.#dispatch(new this.#scope.Event('open'));
        break;
      case 'message':
        this.#deliver(message.data);
        break;
      case 'sent':
        for (const { bytes, cost } of this.#underWay.splice(0, message.messages)) {
          this.bufferedAmount -= bytes;
          this.#credit += cost;
        }
        this.#pump();
        break;
      case 'closed': {
        const { code, reason, wasClean } = message;
        this.readyState = CLOSED;
        this.#port.close();
        this.#over();
        // A connection that breaks later is no error, to the standard and to browsers.
        if (!this.#wasOpen) this.#dispatch(new this.#scope.Event('error'));
        this.#dispatch(new this.#scope.CloseEvent('close', { code, reason, wasClean }));
        break;
      }
    }
  }

  #deliver(data: PortMessage): void {
    const cost = messageCost(data);
    if (this.readyState === OPEN) {
      const shown =
        typeof data === 'string' || this.#binaryType === 'arraybuffer'
          ? data
          : new this.#scope.Blob([data]);
      const { MessageEvent: Message } = this.#scope;
      this.#dispatch(new Message('message', { data: shown, origin: this.#origin }));
    }
    // Only now, so that a page that is slow to deal with messages slows the host down.
    this.#unreturned += cost;
    if (this.#unreturned < CREDIT_STEP) return;
    this.#post({ kind: 'credit', cost: this.#unreturned });
    this.#unreturned = 0;
  }

  /** Hands on what may go, in the order of `send`, and behind it the goodbye. */
  #pump(): void {
    if (this.#readingBlob) return;
    for (let next = this.#queue[0]; next !== undefined && this.#credit > 0; next = this.#queue[0]) {
      const { data, bytes } = next;
      if (isBlob(data)) {
        void this.#readBlob(data, next);
        return;
      }
      const cost = messageCost(data);
      this.#queue.shift();
      this.#underWay.push({ bytes, cost });
      this.#credit -= cost;
      this.#post({ kind: 'message', data }, typeof data === 'string' ? [] : [data]);
    }
    if (this.#goodbye && this.#queue.length === 0) {
      this.#post(this.#goodbye);
      this.#goodbye = undefined;
    }
  }

  /** A Blob is read when its turn comes, and what was sent behind it waits. */
  async #readBlob(blob: Blob, entry: Waiting): Promise<void> {
    this.#readingBlob = true;
    try {
      entry.data = await blob.arrayBuffer();
    } catch {
      // Its file was changed or removed: the message cannot be sent, and nothing behind it may be.
      this.leave();
      return;
    }
    this.#readingBlob = false;
    this.#pump();
  }

  #dispatch(event: Event): void {
    this.#target.dispatchEvent(event);
  }

  #post(message: FromSocket, transfer: Transferable[] = []): void {
    this.#port.postMessage(message, transfer);
  }
}
