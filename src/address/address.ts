import { parseSiteName, type SiteName } from './site-name.ts';

/** Where an instance of PeerServer lives: the web app's origin and the domain its sites hang under. */
export interface Deployment {
  /** Origin of home page and studio, without a slash at the end: `http://localhost:8890`. */
  readonly appOrigin: string;
  /** Domain and port under which each site has its own host: `localhost:8890`. */
  readonly sitesDomain: string;
}

/** Every path that begins so is ours, on every origin; the rest of a site's origin is the site's. */
export const OWN_PREFIX = '/.peerserver/';
/** WebSocket of the signaling server, on the app's origin and on each site's. */
export const SIGNAL_PATH = '/.peerserver/signal';

/** What a URL means within one deployment. */
export type Address =
  | { readonly kind: 'home' }
  | { readonly kind: 'server'; readonly name: SiteName }
  /** The address people share; it redirects to the site's own origin. */
  | { readonly kind: 'pointer'; readonly name: SiteName; readonly target: string }
  | { readonly kind: 'site'; readonly name: SiteName; readonly target: string }
  /** Something of the app's own origin: its assets, its API. */
  | { readonly kind: 'app'; readonly target: string }
  | { readonly kind: 'bad-name'; readonly name: string; readonly message: string }
  | { readonly kind: 'foreign' };

/**
 * The deployment behind a public URL.
 * @param publicUrl e.g. `https://peer.example`; its path is ignored
 * @param sitesDomain e.g. `sites.example` or `localhost:8890`; default: the public URL's own host
 */
export function deploymentOf(publicUrl: string, sitesDomain?: string): Deployment {
  const url = new URL(publicUrl);
  return { appOrigin: url.origin, sitesDomain: sitesDomain ?? url.host };
}

/** Reads a URL once, into what it means. `target` is path and query, without the hash. */
export function parseAddress(url: URL, deployment: Deployment): Address {
  const target = url.pathname + url.search;
  if (url.origin === deployment.appOrigin) return parseAppPath(url, target);
  const suffix = `.${deployment.sitesDomain}`;
  const sameScheme = url.protocol === new URL(deployment.appOrigin).protocol;
  if (!sameScheme || !url.host.endsWith(suffix)) return { kind: 'foreign' };
  const label = url.host.slice(0, -suffix.length);
  const parsed = parseSiteName(label);
  if (!parsed.ok) return { kind: 'bad-name', name: label, message: parsed.message };
  return { kind: 'site', name: parsed.name, target };
}

function parseAppPath(url: URL, target: string): Address {
  if (url.pathname === '/') return { kind: 'home' };
  const match = /^\/(server|connect)\/([^/]+)(\/.*)?$/.exec(url.pathname);
  if (!match) return { kind: 'app', target };
  const [, page, label = '', rest = '/'] = match;
  const parsed = parseSiteName(label);
  if (!parsed.ok) return { kind: 'bad-name', name: label, message: parsed.message };
  if (page === 'connect') return { kind: 'pointer', name: parsed.name, target: rest + url.search };
  return rest === '/' ? { kind: 'server', name: parsed.name } : { kind: 'app', target };
}

/** The site's own origin: `http://garden.localhost:8890`. */
export function siteOrigin(name: SiteName, deployment: Deployment): string {
  return `${new URL(deployment.appOrigin).protocol}//${name}.${deployment.sitesDomain}`;
}

/** The address to share: `http://localhost:8890/connect/garden/`. */
export function pointerUrl(name: SiteName, deployment: Deployment): string {
  return `${deployment.appOrigin}/connect/${name}/`;
}

/**
 * The deployment behind an address that somebody pasted, for clients that know nothing else (the command
 * line): both the pointer form and a site's own origin are understood.
 */
export function deploymentFromUrl(url: URL): Deployment {
  const isPointer = /^\/(connect|server)\//.test(url.pathname);
  const firstDot = url.host.indexOf('.');
  const isSite = !isPointer && firstDot > 0 && !/^[\d.:[\]]+$/.test(url.host);
  const host = isSite ? url.host.slice(firstDot + 1) : url.host;
  return { appOrigin: `${url.protocol}//${host}`, sitesDomain: host };
}
