/**
 * Everything that service worker and shell say to each other over their MessagePort, and nothing that only
 * one of the two platforms knows. A service worker may be newer or older than the shell it meets, so the
 * first message names the version (SPEC V4).
 */
import type { ErrorCode } from '../../protocol/errors.ts';
import type { HeaderList } from '../../protocol/http-message.ts';

/** The present version. A shell that is asked in another one does not answer, and is loaded anew. */
export const BRIDGE_VERSION = 2;

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
  /** A person has reloaded the tab past all caches: the frame's navigation to this address shall be that, too. */
  | { readonly kind: 'peerserver-reload'; readonly url: string }
  /** Is the frame's navigation to this address known? Answered over the port with a `NavigationState`. */
  | { readonly kind: 'peerserver-navigation-state'; readonly url: string }
  /** All that the origin has stored is about to be cleared. */
  | { readonly kind: 'peerserver-forget' }
  /** The frame is about to be sent to this address, where a link of this page has led. */
  | { readonly kind: 'peerserver-arrival'; readonly url: string; readonly referrer: string }
  | PageNotice;

/** Of these, what the site's pages say, by their script. */
export type PageNotice =
  /** The sender is a document in the frame of the shell with this token. */
  | { readonly kind: 'peerserver-frame'; readonly shell: string }
  /** The page has given up the request with this tag (request-tag.ts). */
  | { readonly kind: 'peerserver-abort'; readonly id: string }
  /** The body of the request with this tag, by reference; null when that is over. */
  | { readonly kind: 'peerserver-body'; readonly id: string; readonly body: Blob | null }
  /** The sender goes away, and with it all that it still waits for. */
  | { readonly kind: 'peerserver-page-gone' }
  /**
   * The navigation of the sender's frame to this address was stopped, or another one took its place.
   * `at`: when, in ms since 1970, since a later one to the same address may overtake this.
   */
  | {
      readonly kind: 'peerserver-navigation-stopped';
      readonly url: string;
      readonly at: number;
    }
  /** A request that must be made although the sender goes, and whose answer nobody awaits. */
  | {
      readonly kind: 'peerserver-beacon';
      readonly url: string;
      readonly method: string;
      readonly headers: HeaderList;
      readonly body: Blob | null;
      /** As in Request, but `referrer` is what shall be sent; '' for none. */
      readonly mode: string;
      readonly credentials: string;
      readonly referrer: string;
      readonly referrerPolicy: string;
    };

/** Service worker → window, by Client.postMessage: its frame was answered, but not with a page. */
export interface NoDocumentNotice {
  readonly kind: 'peerserver-no-document';
  /** What the frame was sent to. */
  readonly url: string;
  /** A download has begun, or the answer says that there is nothing to show (204, 205). */
  readonly reason: 'download' | 'empty';
}

export type RequestBody =
  | { readonly kind: 'none' }
  /** The body was complete with its head. */
  | { readonly kind: 'whole'; readonly bytes: Chunk }
  /** A Blob is handed over by reference: even a large upload is not copied here. */
  | { readonly kind: 'blob'; readonly blob: Blob }
  /** `body-chunk` messages follow, then `body-end` or `body-failed`, unless `body-stop` comes. */
  | { readonly kind: 'stream' };

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
      /** Name that the page gave this one request, if it gave one (request-tag.ts). */
      readonly tag?: string;
    }
  /** The page has taken this many bytes of the answer; as many more may come. */
  | { readonly kind: 'credit'; readonly id: number; readonly bytes: number }
  | { readonly kind: 'cancel'; readonly id: number }
  /** At most `BRIDGE_WINDOW` bytes beyond what was credited. */
  | { readonly kind: 'body-chunk'; readonly id: number; readonly bytes: Chunk }
  | { readonly kind: 'body-end'; readonly id: number }
  /** The page could not produce the rest. */
  | { readonly kind: 'body-failed'; readonly id: number; readonly message: string }
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
  /** The host has taken this many bytes of the request's body; as many more may come. */
  | { readonly kind: 'body-credit'; readonly id: number; readonly bytes: number }
  /** Nobody wants the rest of the request's body. */
  | { readonly kind: 'body-stop'; readonly id: number }
  | { readonly kind: 'pong' };

/** Bytes of one body that may be under way between shell and service worker. */
export const BRIDGE_WINDOW = 1024 * 1024;

/** Longest tag of a request (they are UUIDs): what a page makes us remember must be small. */
export const MAX_TAG_LENGTH = 64;

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
  const { kind, version, worker } = fieldsOf(data);
  return kind === 'peerserver-bridge' && version === BRIDGE_VERSION && typeof worker === 'string';
}

/** The notice that a frame was answered without a page, or undefined when it is something else. */
export function readNoDocumentNotice(data: unknown): NoDocumentNotice | undefined {
  const { kind, url, reason } = fieldsOf(data);
  if (kind !== 'peerserver-no-document' || typeof url !== 'string') return undefined;
  return reason === 'download' || reason === 'empty' ? { kind, url, reason } : undefined;
}

/** The notice in a message to the service worker, or undefined when it is something else. */
export function readWorkerNotice(data: unknown): WorkerNotice | undefined {
  const { kind, shell, id, url, referrer, method, headers, body } = fieldsOf(data);
  switch (kind) {
    case 'peerserver-keep-alive':
    case 'peerserver-page-gone':
    case 'peerserver-forget':
      return { kind };
    case 'peerserver-reload':
    case 'peerserver-navigation-state':
      return typeof url === 'string' ? { kind, url } : undefined;
    case 'peerserver-arrival':
      if (typeof url !== 'string' || typeof referrer !== 'string') return undefined;
      return { kind, url, referrer };
    case 'peerserver-frame':
      return typeof shell === 'string' ? { kind, shell } : undefined;
    case 'peerserver-abort':
      return typeof id === 'string' && id.length <= MAX_TAG_LENGTH ? { kind, id } : undefined;
    case 'peerserver-body': {
      const isBody = body === null || body instanceof Blob;
      if (typeof id !== 'string' || id.length > MAX_TAG_LENGTH || !isBody) return undefined;
      return { kind, id, body };
    }
    case 'peerserver-navigation-stopped': {
      const { at } = fieldsOf(data);
      return typeof url === 'string' && typeof at === 'number' ? { kind, url, at } : undefined;
    }
    case 'peerserver-beacon': {
      if (typeof url !== 'string' || typeof method !== 'string') return undefined;
      if (!isHeaderList(headers) || !(body === null || body instanceof Blob)) return undefined;
      const { mode, credentials, referrerPolicy } = fieldsOf(data);
      if (typeof mode !== 'string' || typeof credentials !== 'string') return undefined;
      if (typeof referrer !== 'string' || typeof referrerPolicy !== 'string') return undefined;
      return { kind, url, method, headers, body, mode, credentials, referrer, referrerPolicy };
    }
    default:
      return undefined;
  }
}

/** True for a list of names and values, whatever they are. */
export function isHeaderList(value: unknown): value is HeaderList {
  const isPair = (pair: unknown) =>
    Array.isArray(pair) && pair.length === 2 && pair.every((part) => typeof part === 'string');
  return Array.isArray(value) && value.every(isPair);
}

function fieldsOf(data: unknown): Readonly<Record<string, unknown>> {
  return typeof data === 'object' && data !== null ? (data as Record<string, unknown>) : {};
}
