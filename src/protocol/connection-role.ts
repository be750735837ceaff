import type { PeerServerError } from './errors.ts';
import type { HeadersFrame } from './frame-receiver.ts';

/** What differs between the two sides of a connection. What they throw ends the connection. */
export interface ConnectionRole {
  /** False keeps a message from being read now; the role hands it to `deliver` later, or never. */
  admit(lane: number, bytes: Uint8Array<ArrayBuffer>): boolean;
  /** The peer's HELLO; comes at most once. */
  hello(payload: Uint8Array): void;
  /** The head of a request (at the host) or of an answer (at the visitor). */
  headers(lane: number, frame: HeadersFrame): void;
  /** `start` was not called within `helloTimeoutMs`. @returns what ends the connection */
  helloMissing(): PeerServerError;
  /** The connection is over; every exchange has been ended already. */
  closed(error: PeerServerError | undefined): void;
}

/** How much goes over a connection and how it fares, for people and for tests. */
export interface ConnectionStats {
  readonly bytesSent: number;
  readonly bytesReceived: number;
  /** Latest measurement, milliseconds. */
  readonly roundTripMs: number | undefined;
  readonly openStreams: number;
  /** Bytes accepted from handlers or callers that have not left this machine. */
  readonly queuedBytes: number;
  /** Bytes received that nobody has read. */
  readonly unreadBytes: number;
}
