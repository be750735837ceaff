/** HTTP as the protocol carries it: what a visitor asks and what a host's handler answers. */
import type { Feature } from './features.ts';
import type { MessageSocket } from './message-socket.ts';

/** Names in lower case, values as bytes-as-characters; order and repeats are kept. */
export type HeaderList = readonly (readonly [name: string, value: string])[];

/** A request before its body. */
export interface RequestHead {
  /** Upper case, e.g. `GET`. */
  readonly method: string;
  /** Path and query as in HTTP/1.1's origin form, percent-encoded: `/photos/a%20b.jpg?size=2`. */
  readonly target: string;
  readonly headers: HeaderList;
}

/** An answer before its body. */
export interface ResponseHead {
  /** 200 to 599; interim answers (1xx) do not exist here (R5). */
  readonly status: number;
  readonly headers: HeaderList;
}

/** A body that is read piece by piece; how fast it is read decides how fast it is sent. */
export interface BodyReader {
  /**
   * The next bytes (never empty), or null at the body's explicit end. Rejects with a PeerServerError when
   * the body was cut short: a truncated body never looks like a short one (S6). One read at a time.
   */
  read(): Promise<Uint8Array<ArrayBuffer> | null>;
  /** The reader wants no more; tells the sender. */
  cancel(reason?: unknown): void;
}

/** A body that comes out of a connection. */
export interface ReceivedBody extends BodyReader {
  /**
   * The whole rest of the body, if its end has arrived already (an answer that fits one message has); the
   * body counts as read then. Undefined while more is to come. Spares small answers a stream.
   */
  takeComplete(): Uint8Array<ArrayBuffer> | undefined;
}

/** Who asks, as proved by the handshake. */
export interface VisitorIdentity {
  /** The visitor's public key (base64url): the same person on the same browser, whatever the connection. */
  readonly key: string;
  /** Unique per connection, for logs and the list of visitors. */
  readonly connectionId: string;
  /** Optional abilities that both peers have (V3); none by default. */
  readonly features?: ReadonlySet<Feature>;
}

/** A request as a host's handler gets it. */
export interface HostRequest extends RequestHead {
  /** Null when the request has no body. */
  readonly body: BodyReader | null;
  /** Aborts when the visitor cancels or is gone. */
  readonly signal: AbortSignal;
  readonly visitor: VisitorIdentity;
  /**
   * Set when the visitor asks to turn the exchange into a WebSocket. Answering with status 101 and `webSocket`
   * accepts; any other answer refuses.
   */
  readonly upgrade?: 'websocket';
}

/** A body as a handler gives it: whole, in pieces, or none. */
export type ResponseBody = Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array<ArrayBuffer>> | null;

/** An answer as a host's handler gives it. */
export interface HostResponse extends ResponseHead {
  readonly body: ResponseBody;
  /**
   * True when `body` is an array that never changes and is given out again: its compressed form is then kept for
   * as long as the array itself (G2).
   */
  readonly bodyIsConstant?: boolean;
  /**
   * Called with the open socket when a WebSocket was asked for and `status` is 101; `body` is null then. The
   * subprotocol goes into the header `sec-websocket-protocol`. The socket lives on when it resolves; when it
   * rejects, the socket closes with 1011.
   */
  readonly webSocket?: (socket: MessageSocket) => void | Promise<void>;
}

/** What answers requests on a host. A rejection becomes a 502 at the visitor (E3). */
export type RequestHandler = (request: HostRequest) => Promise<HostResponse>;

/** An answer as the visitor's side gets it. */
export interface VisitorResponse extends ResponseHead {
  /** Null for answers that cannot have a body (R4). */
  readonly body: ReceivedBody | null;
}

/** What becomes of asking for a WebSocket. */
export type SocketAnswer =
  | { readonly kind: 'open'; readonly headers: HeaderList; readonly socket: MessageSocket }
  /** The host answered with something else; its body must be read or cancelled like any other. */
  | { readonly kind: 'refused'; readonly response: VisitorResponse };

/** Value of the first header called `name` (lower case), or undefined. */
export function headerValue(headers: HeaderList, name: string): string | undefined {
  return headers.find(([key]) => key === name)?.[1];
}
