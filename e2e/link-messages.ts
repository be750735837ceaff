/** What `link-page.ts` and its `link-worker.ts` say to each other. */
import type { IceServer } from '../src/protocol/negotiation.ts';
import type { Command } from './link-end.ts';

export interface ToLinkWorker {
  readonly number: number;
  readonly command: Command;
  readonly argument: string | number;
}

export type ToLinkPage =
  | { readonly kind: 'result'; readonly number: number; readonly value: unknown }
  | { readonly kind: 'error'; readonly number: number; readonly message: string }
  /** To the other end. */
  | { readonly kind: 'relay'; readonly message: string }
  /** With a port, over which the page is to serve a connection. */
  | { readonly kind: 'peer'; readonly iceServers: readonly IceServer[] };
