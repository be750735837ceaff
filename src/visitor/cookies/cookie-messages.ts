/** What shells of a site say about cookies: each page with its own worker, and all with each other. */
import type { CookieState } from '../../protocol/cookie-sync.ts';
import type { PendingWrite } from './pending-writes.ts';

/** Connection worker → its shell's page: to be taken over, and answered with `cookies-applied`. */
export interface CookiesToPage {
  readonly kind: 'cookies';
  readonly id: string;
  readonly state: CookieState;
}

/** Shell's page → its connection worker. */
export type CookiesToWorker =
  | { readonly kind: 'cookies-applied'; readonly id: string }
  | { readonly kind: 'cookie-write'; readonly write: PendingWrite };

/** Between all shells of a site, in all tabs, their workers included. */
export type BetweenShells =
  /** A host has said this to one of them; pages answer with `applied`. */
  | {
      readonly kind: 'state';
      readonly id: string;
      readonly from: string;
      readonly state: CookieState;
    }
  | { readonly kind: 'applied'; readonly id: string; readonly shell: string }
  /** A script has written this in the page of the shell that is the write's writer. */
  | { readonly kind: 'write'; readonly write: PendingWrite };

/** The number is the version of these messages: tabs of another build keep to themselves. */
const CHANNEL = 'peerserver-cookies-1';

/** The channel between shells; the site's own scripts can reach it too, and are the same party. */
export function openCookieChannel(): BroadcastChannel {
  return new BroadcastChannel(CHANNEL);
}
