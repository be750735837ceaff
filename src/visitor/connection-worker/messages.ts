/** What the shell's page and its connection worker say to each other. Both come from one build. */
import type { ErrorCode } from '../../protocol/errors.ts';
import type { IceServer } from '../../protocol/negotiation.ts';
import type { SocketRequest } from '../bridge/socket-messages.ts';
import type { ConnectStep } from '../connect-site.ts';
import type { CookiesToPage, CookiesToWorker } from '../cookies/cookie-messages.ts';

/** An error as it crosses the border, since classes do not. */
export interface PlainError {
  readonly code: ErrorCode;
  readonly message: string;
  /** Set when the host's key is not the one of earlier visits. */
  readonly changedKey?: { readonly known: string; readonly shown: string };
}

export type ConnectionState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'connected' }
  | { readonly kind: 'waiting'; readonly error: PlainError; readonly retryInMs: number }
  | { readonly kind: 'stopped'; readonly error: PlainError };

/** Page → worker. */
export type ToConnectionWorker =
  | {
      readonly kind: 'start';
      readonly site: string;
      readonly signalUrl: string;
      readonly shell: string;
    }
  /** Comes with a port: of the service worker with this token, or the page's own. */
  | { readonly kind: 'bridge'; readonly worker?: string }
  /** Comes with a port: a page opens a WebSocket. */
  | { readonly kind: 'socket'; readonly request: SocketRequest }
  | CookiesToWorker
  /** Try again now. */
  | { readonly kind: 'retry' };

/** Worker → page. */
export type ToPage =
  | CookiesToPage
  | { readonly kind: 'state'; readonly state: ConnectionState }
  | { readonly kind: 'progress'; readonly step: ConnectStep }
  /** Comes with a port: make an RTCPeerConnection, which only pages can, and serve it there. */
  | { readonly kind: 'peer'; readonly iceServers: readonly IceServer[] }
  /** Send the service worker an event, so that it is not stopped while bodies stream. */
  | { readonly kind: 'keep-alive' }
  /** Something failed that nothing here was made for. */
  | { readonly kind: 'broken'; readonly message: string };
