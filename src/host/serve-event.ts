import type { PeerServerError } from '../protocol/errors.ts';
import type { HeaderList } from '../protocol/http-message.ts';
import type { TransportDescription } from '../protocol/transport.ts';
import type { SiteLogEntry } from './site-log.ts';

/** One connected visitor, for the list in the studio and the log of the command line. */
export interface VisitorInfo {
  /** Unique per connection; the same person has another one after a reconnection. */
  readonly connectionId: string;
  /** The visitor's public key (base64url), proved by its signature. */
  readonly key: string;
  /** Wall-clock time of joining, milliseconds since 1970. */
  readonly joinedAt: number;
  /** How the connection runs: `direct`, or `relayed` through a TURN server. */
  readonly route: TransportDescription['route'];
}

/** A connected visitor with what has gone over its connection so far. */
export interface VisitorStats extends VisitorInfo {
  /** Bytes of messages to and from this visitor, headers and the protocol's own included. */
  readonly sentBytes: number;
  readonly receivedBytes: number;
  /** The latest measurement, a few seconds old at most; undefined before the first. */
  readonly roundTripMs: number | undefined;
  /** Requests so far, WebSockets included. */
  readonly requests: number;
  /** Requests that are being answered, and open WebSockets. */
  readonly activeRequests: number;
}

/** All that went over connections since serving began, those that ended included. */
export interface TrafficTotals {
  readonly requests: number;
  readonly sentBytes: number;
  readonly receivedBytes: number;
}

/** Whether visitors can find the site at the moment. Visitors already connected do not depend on it. */
export type SignalingState =
  | { readonly state: 'connecting' }
  | { readonly state: 'online' }
  | {
      readonly state: 'offline';
      /** Milliseconds until the next attempt; absent when there will be none. */
      readonly retryInMs?: number;
      readonly error?: PeerServerError;
    };

/** What a serving host reports. */
export type ServeEvent =
  | ({ readonly kind: 'signaling' } & SignalingState)
  | { readonly kind: 'visitor-joined'; readonly visitor: VisitorInfo }
  | {
      readonly kind: 'visitor-left';
      readonly connectionId: string;
      /** What ended the connection, if it was not an orderly goodbye. */
      readonly error?: PeerServerError;
    }
  /** Somebody asked to connect and it came to nothing: too many visitors, no path, a wrong proof. */
  | {
      readonly kind: 'visitor-failed';
      readonly connectionId: string;
      readonly error: PeerServerError;
    }
  | RequestEvent
  /** The author has paused the site, or lets it answer again. Connections and name stay. */
  | { readonly kind: 'paused'; readonly paused: boolean }
  /** What the site's code says to its author, or we about it. */
  | { readonly kind: 'site-log'; readonly entry: SiteLogEntry };

/** One exchange, reported once, after its answer is complete or has failed. */
export interface RequestEvent {
  readonly kind: 'request';
  readonly connectionId: string;
  /** The visitor's public key, as in `VisitorInfo`. */
  readonly visitorKey: string;
  /** When the request's head arrived, milliseconds since 1970. */
  readonly startedAt: number;
  readonly method: string;
  /** Path and query as asked for. */
  readonly target: string;
  /** The status that was sent; when the handler threw, the one that the visitor sees instead. */
  readonly status: number;
  /** Bytes of body handed to the connection. */
  readonly bytes: number;
  /** From the request's head to the end of the answer, in milliseconds. */
  readonly ms: number;
  /** As the site saw and sent them, cookies included: it is the author's site. Bounded, see `headers-for-log.ts`. */
  readonly requestHeaders: HeaderList;
  readonly responseHeaders: HeaderList;
  /** Why the answer is missing or incomplete. */
  readonly error?: PeerServerError;
}
