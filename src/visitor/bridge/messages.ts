/**
 * Everything that service worker and shell say to each other over their MessagePort, and nothing that only
 * one of the two platforms knows. A service worker may be newer or older than the shell it meets, so the
 * first message names the version (SPEC V4).
 */
import type { ErrorCode } from '../../protocol/errors.ts';
import type { HeaderList } from '../../protocol/http-message.ts';

/** The present version. A shell that is asked in another one does not answer, and is loaded anew. */
export const BRIDGE_VERSION = 1;

type Chunk = Uint8Array<ArrayBuffer>;

/** Service worker → shell, with the port for all that follows; by Client.postMessage. */
export interface BridgeInvitation {
  readonly kind: 'peerserver-bridge';
  readonly version: number;
  /** Token of this life of the service worker, and its lock's name. */
  readonly worker: string;
}

/** Shell → service worker, by ServiceWorker.postMessage. */
export type WorkerNotice =
  /** Bodies are streaming: an event at least every 30 s keeps Firefox's service worker alive. */
  | { readonly kind: 'peerserver-keep-alive' }
  /** The sender is a document in the frame of the shell with this token. */
  | { readonly kind: 'peerserver-frame'; readonly shell: string };

export type RequestBody =
  | { readonly kind: 'none' }
  /** A Blob is handed over by reference: even a large upload is not copied here. */
  | { readonly kind: 'blob'; readonly blob: Blob };

export type AnswerBody =
  | { readonly kind: 'none' }
  /** The body was complete with its head. */
  | { readonly kind: 'whole'; readonly bytes: Chunk }
  /** `chunk` messages follow, then `end` or `failed`. */
  | { readonly kind: 'stream' };

/** Service worker → shell. */
export type ToShell =
  | {
      readonly kind: 'request';
      readonly id: number;
      readonly method: string;
      readonly target: string;
      readonly headers: HeaderList;
      readonly body: RequestBody;
    }
  /** The page has taken this many bytes of the answer; as many more may come. */
  | { readonly kind: 'credit'; readonly id: number; readonly bytes: number }
  | { readonly kind: 'cancel'; readonly id: number }
  /** Are you there? */
  | { readonly kind: 'ping' };

/** Shell → service worker. */
export type ToWorker =
  /** First of all: the shell is there, and this is its token and its lock's name. */
  | { readonly kind: 'ready'; readonly version: number; readonly shell: string }
  | {
      readonly kind: 'answer';
      readonly id: number;
      readonly status: number;
      readonly headers: HeaderList;
      readonly body: AnswerBody;
    }
  | { readonly kind: 'chunk'; readonly id: number; readonly bytes: Chunk }
  | { readonly kind: 'end'; readonly id: number }
  | {
      readonly kind: 'failed';
      readonly id: number;
      readonly code: ErrorCode;
      readonly message: string;
    }
  | { readonly kind: 'pong' };

/** Bytes of one answer that may be under way between shell and service worker. */
export const BRIDGE_WINDOW = 1024 * 1024;

/** Name of the Web Lock that a shell holds while it lives: its release tells the service worker at once. */
export function shellLockName(shell: string): string {
  return `peerserver-shell-${shell}`;
}

/** Name of the Web Lock that a service worker holds while it runs: its release tells the shells at once. */
export function workerLockName(worker: string): string {
  return `peerserver-worker-${worker}`;
}

/** True for the invitation, as far as its form goes: messages of the site's own scripts come here, too. */
export function isInvitation(data: unknown): data is BridgeInvitation {
  if (typeof data !== 'object' || data === null) return false;
  const { kind, version, worker } = data as { kind?: unknown; version?: unknown; worker?: unknown };
  return kind === 'peerserver-bridge' && version === BRIDGE_VERSION && typeof worker === 'string';
}

/** The notice in a message to the service worker, or undefined when it is something else. */
export function readWorkerNotice(data: unknown): WorkerNotice | undefined {
  if (typeof data !== 'object' || data === null) return undefined;
  const { kind, shell } = data as { kind?: unknown; shell?: unknown };
  if (kind === 'peerserver-keep-alive') return { kind };
  if (kind === 'peerserver-frame' && typeof shell === 'string') return { kind, shell };
  return undefined;
}
