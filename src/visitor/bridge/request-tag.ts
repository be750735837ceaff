/**
 * What a page's request says about itself to the service worker, behind the `#` of its address. Nothing else
 * that a service worker sees can carry it: an own header would make browsers ask other origins first when the
 * request is redirected there. A fragment goes over no network, is in no `Referer`, and not in `response.url`;
 * it follows redirects, so that what was said of the request still holds.
 */
import { MAX_TAG_LENGTH } from './messages.ts';

const PREFIX = '#peerserver-request?';
/** File systems take no longer names, in bytes; browsers cut them themselves. */
const MAX_FILE_NAME_LENGTH = 255;

export interface RequestTag {
  /** Names the request in a `peerserver-abort` notice. */
  readonly id?: string;
  /** The request goes on when its page goes away, as with `keepalive`. */
  readonly keep?: boolean;
  /** The body is handed over beside the request, in a `peerserver-body` notice. */
  readonly held?: boolean;
  /** The page wants to know how many bytes the answer's body has (body-totals.ts). */
  readonly whole?: boolean;
  /** Bytes of the body, which browsers do not tell a service worker before it has read it all. */
  readonly length?: number;
  /** The answer is to be saved; under this name if it is not empty and the host gives none. */
  readonly download?: string;
  /** A form of the studio's preview: it is put aside, and the answer is its token. */
  readonly aside?: boolean;
  /** Token of a form that was put aside: it is sent now. */
  readonly form?: string;
  /** Token of the shell that has asked for a download: addresses are written by others, too. */
  readonly shell?: string;
}

/** The address with the tag in place of its fragment. */
export function tagUrl(url: URL, tag: RequestTag): string {
  const fields = new URLSearchParams();
  if (tag.id !== undefined) fields.set('id', tag.id);
  if (tag.keep) fields.set('keep', '');
  if (tag.held) fields.set('held', '');
  if (tag.whole) fields.set('whole', '');
  if (tag.length !== undefined) fields.set('length', String(tag.length));
  if (tag.download !== undefined) {
    fields.set('download', tag.download.slice(0, MAX_FILE_NAME_LENGTH));
  }
  if (tag.aside) fields.set('aside', '');
  if (tag.form !== undefined) fields.set('form', tag.form);
  if (tag.shell !== undefined) fields.set('shell', tag.shell);
  const tagged = new URL(url);
  tagged.hash = '';
  return `${tagged.href}${PREFIX}${fields}`;
}

/** What the address of a request says; empty when it is not tagged. */
export function readTag(url: string): RequestTag {
  const start = startOfTag(url);
  if (start < 0) return {};
  const fields = new URLSearchParams(url.slice(start + PREFIX.length));
  const id = fields.get('id');
  const length = fields.get('length');
  const download = fields.get('download');
  const form = fields.get('form');
  const shell = fields.get('shell');
  return {
    ...(id !== null && id.length <= MAX_TAG_LENGTH ? { id } : {}),
    ...(fields.has('keep') ? { keep: true } : {}),
    ...(fields.has('held') ? { held: true } : {}),
    ...(fields.has('whole') ? { whole: true } : {}),
    ...(length !== null && /^\d{1,15}$/.test(length) ? { length: Number(length) } : {}),
    ...(download !== null ? { download: download.slice(0, MAX_FILE_NAME_LENGTH) } : {}),
    ...(fields.has('aside') ? { aside: true } : {}),
    ...(form !== null && form.length <= MAX_TAG_LENGTH ? { form } : {}),
    ...(shell !== null && shell.length <= MAX_TAG_LENGTH ? { shell } : {}),
  };
}

/** An address that somebody else may have written, without what only pages and shells may say of a request. */
export function withoutTag(url: string): string {
  const start = startOfTag(url);
  return start < 0 ? url : url.slice(0, start);
}

/** Where the tag begins; -1 when the fragment is none. */
function startOfTag(url: string): number {
  const start = url.indexOf('#');
  return start >= 0 && url.startsWith(PREFIX, start) ? start : -1;
}
