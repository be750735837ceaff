/** What the host and the code inside a sandbox say to each other beside requests. Parsed at the border. */
import type { SiteLogEntry } from '../site-log.ts';

/**
 * The first and only message to a sandbox's worker itself (`message` on `self`, in Node on `parentPort`), with
 * the ports transferred.
 */
export interface StartMessage {
  readonly kind: 'start';
  /** The compiled site (`CompiledSite.code`). */
  readonly code: string;
  readonly settings: RuntimeSettings;
  readonly ports: {
    /** The sandbox's `RuntimeMessage`s; nothing is sent to it here. */
    readonly control: MessagePort;
    /** Requests of visitors: the host speaks the protocol as visitor, the sandbox as host. */
    readonly requests: MessagePort;
    /** `env.ASSETS` and `file()`: the protocol the other way round. */
    readonly assets: MessagePort;
    /** To the database's worker (`database/database-messages.ts`). */
    readonly database: MessagePort;
  };
}

export interface RuntimeSettings {
  readonly development: boolean;
  readonly variables: Readonly<Record<string, string>>;
  readonly integers: 'number' | 'bigint';
  readonly sessionLifetimeMs: number;
  /** Enforced in Node only; in browsers the frame's policy does it. */
  readonly outboundFetch: 'all' | 'none' | readonly string[];
}

/** From the sandbox, on its control port. */
export type RuntimeMessage =
  /** The runtime runs; handlers are loaded when they are needed. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly text: string; readonly stack: string }
  /**
   * The handler of a request begins to run, or before that its module for the first time: told right before it
   * can block, so the one told of last is the one that does.
   */
  | { readonly kind: 'running'; readonly request: number; readonly handler: string }
  | {
      readonly kind: 'log';
      readonly level: SiteLogEntry['level'];
      readonly text: string;
      /** Of an error that was logged, as the engine made it, in lines of the bundle. */
      readonly stack?: string;
      /** The call that logged something else, as a stack. */
      readonly from?: string;
      /** Of an error that was logged, as below. */
      readonly place?: { readonly file: string; readonly line?: number; readonly column?: number };
      /** Of an error, or of an entry of ours about a handler: what it probably comes from, and which handler. */
      readonly hint?: string;
      readonly handler?: string;
      readonly request?: number;
    }
  /** A handler threw, or answered with what is no answer. The request was answered with 500. */
  | {
      readonly kind: 'error';
      readonly name: string;
      readonly text: string;
      readonly stack: string;
      /** From our own libraries, when they know better than the engine: a template's file and line. */
      readonly place?: { readonly file: string; readonly line?: number; readonly column?: number };
      readonly hint?: string;
      readonly handler?: string;
      readonly request?: number;
    };

/**
 * Request headers from the host to the runtime, taken off before the author's code sees the request. Visitors
 * cannot send them: all `peerserver-…` fields of a visitor are stripped before.
 */
export const RUNTIME_HEADERS = {
  /** Number of the request, for messages. */
  request: 'peerserver-request',
  /** `route routes/items/[id].ts` or `server`. */
  run: 'peerserver-run',
  /** JSON of the route's params, percent-encoded as a whole. */
  params: 'peerserver-params',
  /** The visitor's public key, as proved. */
  visitorKey: 'peerserver-visitor-key',
  /** Origin under which the visitor knows the site: `http://garden.localhost:8890`. */
  origin: 'peerserver-origin',
} as const;

/**
 * Header of the runtime's own answers about errors, with the request's number as its value: an `error` message
 * of the same number tells more, and the host puts its error page in the place of the answer.
 */
export const FAILED_HEADER = 'peerserver-failed';

/** How the compiled site's module is called in the stacks that the runtime sends: `at GET (peerserver-site:12:3)`. */
export const SITE_SOURCE = 'peerserver-site';
