import type { PageNotice } from '../bridge/messages.ts';
import { type RequestTag, tagUrl } from '../bridge/request-tag.ts';

export type PageWindow = Window & typeof globalThis;
export type Fetch = typeof fetch;

/** Says something to the service worker. */
export type Tell = (notice: PageNotice) => void;

/** The address, tagged, if the request goes to the site's own host; undefined for all others. */
export function ownUrl(page: PageWindow, url: string, tag: RequestTag): string | undefined {
  const base = page.document.baseURI;
  if (!URL.canParse(url, base)) return undefined;
  const parsed = new URL(url, base);
  return parsed.origin === page.location.origin && /^https?:$/.test(parsed.protocol)
    ? tagUrl(parsed, tag)
    : undefined;
}
