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

/** The pages to learn from, as `/learn/<page>`; `/learn/` itself, which lists them, is `index`. */
export const LEARN_PAGES = [
  'index',
  'hello-world',
  'build-a-site',
  'inner-workings',
  'dynamic-sites',
  'errors',
] as const;
export type LearnPage = (typeof LEARN_PAGES)[number];

/** What a URL means within one deployment. */
export type Address =
  | { readonly kind: 'home' }
  | { readonly kind: 'server'; readonly name: SiteName }
  /** A page to learn from. */
  | { readonly kind: 'learn'; readonly page: LearnPage }
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
 * @throws TypeError when one of them is not an http(s) URL or not a host
 */
export function deploymentOf(publicUrl: string, sitesDomain?: string): Deployment {
  const url = new URL(publicUrl);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new TypeError(`The public URL must begin with http:// or https://, not ${url.protocol}`);
  }
  if (sitesDomain === undefined) return { appOrigin: url.origin, sitesDomain: url.host };
  if (!/^[a-z0-9.-]+(:\d+)?$/i.test(sitesDomain)) {
    throw new TypeError(`"${sitesDomain}" is not a domain like sites.example or localhost:8890.`);
  }
  // By way of a URL, because browsers write hosts so: in lower case and without the default port.
  return {
    appOrigin: url.origin,
    sitesDomain: new URL(`${url.protocol}//${sitesDomain}`).host,
  };
}

/** Reads a URL once, into what it means. `target` is path and query, without the hash. */
export function parseAddress(url: URL, deployment: Deployment): Address {
  const target = url.pathname + url.search;
  if (url.origin === deployment.appOrigin) return parseAppTarget(target);
  if (url.protocol !== protocolOf(deployment)) return { kind: 'foreign' };
  return parseSiteHost(url.host, target, deployment);
}

/**
 * Reads path and query on the app's own origin. For pointers the rest is kept to the letter: a server passes
 * what came over the wire, so that no percent sign or dot is rewritten on the way to the site.
 */
export function parseAppTarget(target: string): Address {
  const learnPage = readLearnPage(target);
  if (learnPage) return { kind: 'learn', page: learnPage };
  const match = /^\/(server|connect)\/([^/?]+)(\/[^?]*)?(\?.*)?$/s.exec(target);
  if (!match) return /^\/(\?|$)/.test(target) ? { kind: 'home' } : { kind: 'app', target };
  const [, page, label = '', rest = '/', query = ''] = match;
  const parsed = parseSiteName(label);
  if (!parsed.ok) return { kind: 'bad-name', name: label, message: parsed.message };
  if (page === 'connect') return { kind: 'pointer', name: parsed.name, target: rest + query };
  return rest === '/' ? { kind: 'server', name: parsed.name } : { kind: 'app', target };
}

function readLearnPage(target: string): LearnPage | undefined {
  const match = /^\/learn(?:\/([^/?]*))?\/?(?:\?.*)?$/s.exec(target);
  if (!match) return undefined;
  const page = match[1] || 'index';
  return LEARN_PAGES.find((known) => known === page);
}

/**
 * Reads a host that is not the app's: a site of this deployment, a bad name under its domain, or foreign.
 * @param host with its port unless that is the scheme's default, in lower case, as URL.host has it
 */
export function parseSiteHost(host: string, target: string, deployment: Deployment): Address {
  const suffix = `.${deployment.sitesDomain}`;
  if (!host.endsWith(suffix)) return { kind: 'foreign' };
  const label = host.slice(0, -suffix.length);
  const parsed = parseSiteName(label);
  if (!parsed.ok) return { kind: 'bad-name', name: label, message: parsed.message };
  return { kind: 'site', name: parsed.name, target };
}

function protocolOf(deployment: Deployment): string {
  return new URL(deployment.appOrigin).protocol;
}

/** The site's own origin: `http://garden.localhost:8890`. */
export function siteOrigin(name: SiteName, deployment: Deployment): string {
  return `${protocolOf(deployment)}//${name}.${deployment.sitesDomain}`;
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
