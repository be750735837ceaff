/**
 * How WebSockets of a site's workers reach a shell: workers have no window to find one by, and hear of nobody
 * but who listens on a channel of the same name.
 */
import type { Policy } from '../page-script/content-security-policy.ts';
import { readSocketRequest, type SocketRequest, type ToSocket } from './socket-messages.ts';

/** Where workers ask and all shells listen. */
export const SOCKET_CALLS = 'peerserver-socket-calls';

/** A worker opens a WebSocket. It holds the socket's lock as long as it lives. */
export interface SocketCall {
  /** Unguessed by chance: names the socket's own channel and lock. */
  readonly id: string;
  /** Token of the shell that should take it; any may when it is undefined. */
  readonly shell: string | undefined;
  readonly request: SocketRequest;
}

/** Shell → worker, on the socket's own channel, before anything else. */
export interface CallTaken {
  readonly kind: 'taken';
  /** Token of the shell: its lock tells of its end. */
  readonly shell: string;
}

/** All that a shell says on a socket's channel. */
export type ToWorkerSocket = CallTaken | ToSocket;

/** Name of the channel of one socket, and of the lock that its worker holds. */
export function workerSocketName(id: string): string {
  return `peerserver-socket-${id}`;
}

/** Name of the lock that decides which shell takes a call that any may take. */
export function callLockName(id: string): string {
  return `peerserver-call-${id}`;
}

/** Where a worker's script finds what the service worker has written before it. */
export const WORKER_START = 'peerserver.worker';

export interface WorkerStart {
  /** Token of the shell around the page that has started the worker. */
  readonly shell?: string;
  /** The policies of the worker's own header fields. */
  readonly policies: readonly Policy[];
}

/** A call, or undefined when the message is none. */
export function readSocketCall(data: unknown): SocketCall | undefined {
  if (typeof data !== 'object' || data === null) return undefined;
  const { id, shell, request } = data as Record<string, unknown>;
  const asked = readSocketRequest(request);
  if (typeof id !== 'string' || !asked) return undefined;
  return { id, shell: typeof shell === 'string' ? shell : undefined, request: asked };
}
