/**
 * What a page's WebSocket and the connection worker say to each other over the socket's own port. Messages
 * go both ways with credit, so that neither end can make the other one hold more than was agreed.
 */
import { BRIDGE_WINDOW } from './messages.ts';

/** Cost of messages, as `messageCost` has it, that may be under way in one direction. */
export const SOCKET_WINDOW = BRIDGE_WINDOW;

/** What a message costs beside its content: a flood of empty ones must not be free. */
const MESSAGE_OVERHEAD = 64;

/** Most bytes in a close reason: what fits a control frame of RFC 6455 (5.5). */
export const CLOSE_REASON_BYTES = 123;

/** A message as it crosses a port. */
export type PortMessage = string | ArrayBuffer;

/** What a page asks for. It comes with a port. */
export interface SocketRequest {
  /** Path and query of the socket's URL. */
  readonly target: string;
  /** Subprotocols, most wanted first. */
  readonly protocols: readonly string[];
}

/** Page → connection worker. */
export type FromSocket =
  | { readonly kind: 'message'; readonly data: PortMessage }
  /** The page has dealt with messages of this cost. */
  | { readonly kind: 'credit'; readonly cost: number }
  | { readonly kind: 'close'; readonly code: number | undefined; readonly reason: string }
  /** The document is being left. */
  | { readonly kind: 'gone' };

/** Connection worker → page. */
export type ToSocket =
  | { readonly kind: 'open'; readonly protocol: string }
  | { readonly kind: 'message'; readonly data: PortMessage }
  /** As many of the page's messages have been handed on. */
  | { readonly kind: 'sent'; readonly messages: number }
  | {
      readonly kind: 'closed';
      readonly code: number;
      readonly reason: string;
      readonly wasClean: boolean;
    };

/** What a message costs of the window; of a text, its characters count. */
export function messageCost(data: PortMessage): number {
  return (typeof data === 'string' ? data.length : data.byteLength) + MESSAGE_OVERHEAD;
}

/** A page's request, or undefined when it is none: the site's scripts can reach this, too. */
export function readSocketRequest(data: unknown): SocketRequest | undefined {
  if (typeof data !== 'object' || data === null) return undefined;
  const { target, protocols } = data as { target?: unknown; protocols?: unknown };
  if (typeof target !== 'string' || !target.startsWith('/') || !Array.isArray(protocols)) {
    return undefined;
  }
  const all: readonly unknown[] = protocols;
  const names = all.filter((name) => typeof name === 'string');
  return names.length === all.length ? { target, protocols: names } : undefined;
}

/** What a page says on a socket's port, or undefined when it is nothing known. */
export function readFromSocket(value: unknown): FromSocket | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { kind, data, cost, code, reason } = value as Record<string, unknown>;
  switch (kind) {
    case 'message':
      return typeof data === 'string' || data instanceof ArrayBuffer ? { kind, data } : undefined;
    case 'credit':
      return typeof cost === 'number' && cost > 0 ? { kind, cost } : undefined;
    case 'close':
      if (code !== undefined && typeof code !== 'number') return undefined;
      return typeof reason === 'string' ? { kind, code, reason } : undefined;
    case 'gone':
      return { kind };
    default:
      return undefined;
  }
}
