import type { HeaderList, RequestHead } from '../../protocol/http-message.ts';
import { headerValue, type SocketAnswer } from '../../protocol/http-message.ts';
import type { MessageSocket, SocketClose, SocketMessage } from '../../protocol/message-socket.ts';
import {
  type FromSocket,
  messageCost,
  type PortMessage,
  readFromSocket,
  readSocketRequest,
  SOCKET_WINDOW,
  type SocketRequest,
  type ToSocket,
} from '../bridge/socket-messages.ts';

/**
 * WebSockets that the pages of one shell may have at once: as many as a connection carries. Further ones fail
 * at once, as browsers do it with theirs.
 */
export const MAX_PAGE_SOCKETS = 64;

/** "Going away": the page is left. */
const GOING_AWAY = 1001;
/** What a socket gets that failed; no peer can say it. */
const FAILED: SocketClose = { code: 1006, reason: '', wasClean: false };
/** Messages handed on are told when no more wait, or this many have been. */
const TOLD_AT_ONCE = 32;

export interface PageSocketsOptions {
  /** Asks the host. */
  openSocket(head: RequestHead, options: { readonly signal: AbortSignal }): Promise<SocketAnswer>;
  /** Of the site, e.g. `http://garden.localhost:8890`. */
  readonly origin: string;
  /** Fields that every request of this browser has: `user-agent` and the like. */
  readonly headers: HeaderList;
}

/** The WebSockets of a site's pages: carries each between the page's port and the host. */
export class PageSockets {
  readonly #options: PageSocketsOptions;
  #open = 0;

  constructor(options: PageSocketsOptions) {
    this.#options = options;
  }

  /** Opens what a page asks for over `port`, and carries it to its end. */
  async serve(data: unknown, port: MessagePort): Promise<void> {
    const request = readSocketRequest(data);
    if (!request || this.#open >= MAX_PAGE_SOCKETS) {
      post(port, { kind: 'closed', ...FAILED });
      port.close();
      return;
    }
    this.#open += 1;
    try {
      await new PageSocket(port).run((signal) =>
        this.#options.openSocket(this.#head(request), { signal }),
      );
    } finally {
      this.#open -= 1;
      port.close();
    }
  }

  /** The head that a server would have got from a browser, but for what only HTTP/1.1's handshake needs. */
  #head({ target, protocols }: SocketRequest): RequestHead {
    const { origin, headers } = this.#options;
    const made: [string, string][] = [
      ['host', new URL(origin).host],
      ['pragma', 'no-cache'],
      ['cache-control', 'no-cache'],
      ...headers.map(([name, value]): [string, string] => [name, value]),
      ['origin', origin],
      ['sec-fetch-dest', 'empty'],
      ['sec-fetch-mode', 'websocket'],
      ['sec-fetch-site', 'same-origin'],
    ];
    if (protocols.length > 0) made.push(['sec-websocket-protocol', protocols.join(', ')]);
    return { method: 'GET', target, headers: made };
  }
}

/** One WebSocket of a page. */
class PageSocket {
  readonly #port: MessagePort;
  readonly #opening = new AbortController();
  readonly #outbox: PortMessage[] = [];
  #outboxCost = 0;
  #socket: MessageSocket | undefined;
  #sending = false;
  /** Set by the page's close: nothing is sent behind it. */
  #goodbye: Extract<FromSocket, { kind: 'close' }> | undefined;
  /** The page takes no more messages. */
  #gone = false;
  #credit = SOCKET_WINDOW;
  #wake: () => void = () => {};

  constructor(port: MessagePort) {
    this.#port = port;
    port.onmessage = (event: MessageEvent<unknown>) => {
      const message = readFromSocket(event.data);
      if (message) this.#receive(message);
    };
  }

  /** Resolves when the socket is over and the page has been told how. Never rejects. */
  async run(open: (signal: AbortSignal) => Promise<SocketAnswer>): Promise<void> {
    let end = FAILED;
    try {
      const answer = await open(this.#opening.signal);
      // What the host says instead of yes is nothing that a page may see.
      if (answer.kind === 'refused') answer.response.body?.cancel();
      else end = await this.#carry(answer.socket, answer.headers);
    } catch {
      // Whatever kept the socket from opening, a page learns no more of it than that it failed.
    }
    post(this.#port, { kind: 'closed', ...end });
  }

  async #carry(socket: MessageSocket, headers: HeaderList): Promise<SocketClose> {
    this.#socket = socket;
    if (this.#opening.signal.aborted) {
      socket.close(GOING_AWAY);
      return FAILED;
    }
    const protocol = headerValue(headers, 'sec-websocket-protocol') ?? socket.protocol;
    post(this.#port, { kind: 'open', protocol });
    void this.#send(socket);
    for (let message = await socket.read(); message !== null; message = await socket.read()) {
      if (!this.#gone) await this.#deliver(message);
    }
    const end = await socket.closed;
    // What we know of a broken connection is not the host's word, and no page hears of it.
    return end.wasClean ? end : { ...end, reason: '' };
  }

  #receive(message: FromSocket): void {
    switch (message.kind) {
      case 'message':
        this.#keep(message.data);
        break;
      case 'credit':
        this.#credit += message.cost;
        if (this.#credit > 0) this.#wake();
        break;
      case 'close':
        this.#goodbye ??= message;
        if (this.#socket) void this.#send(this.#socket);
        else this.#opening.abort();
        break;
      case 'gone':
        this.#leave();
        break;
    }
  }

  /** A message of the page's. More than the window can only come from a script that is not ours. */
  #keep(data: PortMessage): void {
    if (this.#goodbye || this.#gone) return;
    if (this.#outboxCost >= SOCKET_WINDOW) {
      this.#leave();
      return;
    }
    this.#outbox.push(data);
    this.#outboxCost += messageCost(data);
    if (this.#socket) void this.#send(this.#socket);
  }

  /** Hands on what the page has sent, each when the one before it is off, and at last its goodbye. */
  async #send(socket: MessageSocket): Promise<void> {
    if (this.#sending) return;
    this.#sending = true;
    let messages = 0;
    try {
      for (let data = this.#outbox[0]; data !== undefined; data = this.#outbox[0]) {
        await socket.send(typeof data === 'string' ? data : new Uint8Array(data));
        this.#outbox.shift();
        this.#outboxCost -= messageCost(data);
        messages += 1;
        if (this.#outbox.length > 0 && messages < TOLD_AT_ONCE) continue;
        post(this.#port, { kind: 'sent', messages });
        messages = 0;
      }
    } catch {
      // Too large for the link. RFC 6455 (7.4.1) has a code for it, which servers use, too.
      socket.close(1009);
    }
    this.#sending = false;
    if (this.#goodbye) socket.close(this.#goodbye.code, this.#goodbye.reason);
  }

  /** Hands a message to the page; resolves when it takes another one. */
  #deliver(message: SocketMessage): Promise<void> {
    // Its own buffer: a message is handed over, not copied.
    const data =
      typeof message === 'string'
        ? message
        : message.byteLength === message.buffer.byteLength
          ? message.buffer
          : message.slice().buffer;
    this.#credit -= messageCost(data);
    post(this.#port, { kind: 'message', data }, typeof data === 'string' ? [] : [data]);
    if (this.#credit > 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #leave(): void {
    this.#gone = true;
    this.#outbox.length = 0;
    this.#outboxCost = 0;
    this.#wake();
    if (this.#socket) this.#socket.close(GOING_AWAY);
    else this.#opening.abort();
  }
}

function post(port: MessagePort, message: ToSocket, transfer: Transferable[] = []): void {
  port.postMessage(message, transfer);
}
