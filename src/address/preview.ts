/**
 * The studio's live preview: a frame of the site's own origin beside the editor (docs/decisions/0004), and what
 * the two say to each other. They are of different origins, so everything is read as a stranger's.
 */
import { OWN_PREFIX } from './address.ts';

/** The shell for the studio's frame; `to` in its query is the path to show. */
export const PREVIEW_PATH = `${OWN_PREFIX}preview`;
/** Name of the `<meta>` in that page with the only origin that may frame it and speak to it. */
export const PREVIEW_APP_META = 'peerserver-app';

/** Longest path that is taken from the other side, UTF-16 units: as long as a URL may be in practice. */
export const MAX_PREVIEW_PATH = 8_000;
/** Longest title or message that is taken. */
const MAX_TEXT = 500;
/** Longest public key that is taken; ours have 87 characters. */
const MAX_KEY_LENGTH = 200;
/** How many changed styles are told one by one; with more, the page is loaded anew. */
export const MAX_PREVIEW_STYLES = 100;

/** Preview → the window around it, with the port for all that follows. */
export interface PreviewGreeting {
  readonly kind: 'peerserver-preview';
  readonly version: 1;
}

/** Preview → studio, over the port. */
export type FromPreview =
  /** Whom it visits as, said before it connects: the author's own visits are not other people's. */
  | { readonly kind: 'visitor'; readonly key: string }
  /** This is shown now: path, query and hash. */
  | { readonly kind: 'page'; readonly path: string; readonly title: string }
  /** No page, but a word of the shell's own is shown: why the site cannot be reached, or that a file was saved. */
  | { readonly kind: 'screen' }
  /** The browser lets no frame do what a visitor needs, or something broke. */
  | { readonly kind: 'failed'; readonly message: string };

/** Studio → preview, over the port. */
export type ToPreview =
  /** Public key of the server that the studio runs: whatever else the site had been, it is this now. */
  | { readonly kind: 'host'; readonly key: string }
  | { readonly kind: 'open'; readonly path: string }
  /** The site has changed: the page is loaded anew, and stays scrolled as it was. */
  | { readonly kind: 'reload' }
  /** Only these style sheets have changed: the page stays, unless they came in a way that cannot be renewed. */
  | { readonly kind: 'styles'; readonly paths: readonly string[] };

export const PREVIEW_GREETING: PreviewGreeting = { kind: 'peerserver-preview', version: 1 };

/**
 * Address of the preview.
 * @param origin of the site
 * @param path what it shows first, with query and hash
 */
export function previewUrl(origin: string, path: string): string {
  return `${origin}${PREVIEW_PATH}?to=${encodeURIComponent(path)}`;
}

/** What a preview at this address shows: an address of the site's; `/` when it names none. */
export function previewedUrl(url: URL): string {
  const path = readPath(url.searchParams.get('to')) ?? '/';
  return url.origin + path;
}

/** True for the greeting. */
export function isPreviewGreeting(data: unknown): data is PreviewGreeting {
  const { kind, version } = fieldsOf(data);
  return kind === PREVIEW_GREETING.kind && version === PREVIEW_GREETING.version;
}

/** What a preview says, or undefined when it is something else. */
export function readFromPreview(data: unknown): FromPreview | undefined {
  const { kind, path, title, message, key } = fieldsOf(data);
  if (kind === 'visitor') {
    return typeof key === 'string' && key.length <= MAX_KEY_LENGTH ? { kind, key } : undefined;
  }
  if (kind === 'page') {
    const shown = readPath(path);
    if (shown === undefined || typeof title !== 'string') return undefined;
    return { kind, path: shown, title: title.slice(0, MAX_TEXT) };
  }
  if (kind === 'screen') return { kind };
  if (kind !== 'failed' || typeof message !== 'string') return undefined;
  return { kind, message: message.slice(0, MAX_TEXT) };
}

/** What the studio says, or undefined when it is something else. */
export function readToPreview(data: unknown): ToPreview | undefined {
  const { kind, path, paths, key } = fieldsOf(data);
  switch (kind) {
    case 'host':
      return typeof key === 'string' && key.length <= MAX_KEY_LENGTH ? { kind, key } : undefined;
    case 'open': {
      const wanted = readPath(path);
      return wanted === undefined ? undefined : { kind, path: wanted };
    }
    case 'reload':
      return { kind };
    case 'styles': {
      if (!Array.isArray(paths) || paths.length > MAX_PREVIEW_STYLES) return undefined;
      const known = paths.map(readPath);
      return known.includes(undefined)
        ? undefined
        : { kind, paths: known.filter((one) => one !== undefined) };
    }
    default:
      return undefined;
  }
}

/** A path on the site's own origin, which none of ours is; normalized as browsers do. */
function readPath(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > MAX_PREVIEW_PATH || !value.startsWith('/')) {
    return undefined;
  }
  const base = 'http://site.invalid';
  if (!URL.canParse(value, base)) return undefined;
  const url = new URL(value, base);
  // `//elsewhere` and `/\elsewhere` are addresses of other hosts, and so is what `/.//elsewhere` comes to.
  if (url.origin !== base || url.pathname.startsWith('//')) return undefined;
  if (url.pathname.startsWith(OWN_PREFIX)) return undefined;
  return url.pathname + url.search + url.hash;
}

function fieldsOf(data: unknown): Readonly<Record<string, unknown>> {
  return typeof data === 'object' && data !== null ? (data as Record<string, unknown>) : {};
}
