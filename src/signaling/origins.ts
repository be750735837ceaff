import type { IncomingMessage } from 'node:http';
import { type Deployment, parseSiteHost, siteOrigin } from '../address/address.ts';
import type { SiteName } from '../address/site-name.ts';

/** Which of the deployment's origins a request was sent to, by its Host header. */
export type Place =
  | { readonly kind: 'app' }
  | { readonly kind: 'site'; readonly name: SiteName }
  | { readonly kind: 'bad-name'; readonly message: string }
  | { readonly kind: 'foreign' };

/**
 * Reads the Host header. That it is checked keeps out pages that point a name of their own at this server's
 * address (DNS rebinding).
 */
export function placeOf(request: IncomingMessage, deployment: Deployment): Place {
  const app = new URL(deployment.appOrigin);
  const written = request.headers.host ?? '';
  // What is no plain host would let a URL parser find one elsewhere in the text (`user@host`, `host/path`).
  if (!/^[a-z0-9.:[\]-]+$/i.test(written)) return { kind: 'foreign' };
  const url = `${app.protocol}//${written}`;
  if (!URL.canParse(url)) return { kind: 'foreign' };
  const { host } = new URL(url);
  if (host === app.host) return { kind: 'app' };
  const address = parseSiteHost(host, '/', deployment);
  switch (address.kind) {
    case 'site':
      return { kind: 'site', name: address.name };
    case 'bad-name':
      return { kind: 'bad-name', message: address.message };
    default:
      return { kind: 'foreign' };
  }
}

/** What a signaling socket may do: everything, or only visit one site. */
export type Permission =
  | { readonly kind: 'any' }
  | { readonly kind: 'visit'; readonly name: SiteName };

/** Whether a WebSocket may be opened, and what for. */
export type Admission =
  | { readonly kind: 'admitted'; readonly permission: Permission }
  | { readonly kind: 'rejected'; readonly status: number; readonly message: string };

/** A refusal with an HTTP status and what the client is told. */
export function rejected(status: number, message: string): Admission {
  return { kind: 'rejected', status, message };
}

/**
 * Decides on a WebSocket by Host and Origin. Browsers always send Origin with a WebSocket and scripts cannot
 * change it; a program that sends none is not a page somewhere and may do what any program may.
 */
export function admit(request: IncomingMessage, deployment: Deployment): Admission {
  const place = placeOf(request, deployment);
  if (place.kind !== 'app' && place.kind !== 'site') {
    return rejected(421, 'This server does not serve that host.');
  }
  const { origin } = request.headers;
  if (origin === undefined) return { kind: 'admitted', permission: { kind: 'any' } };
  const own = place.kind === 'app' ? deployment.appOrigin : siteOrigin(place.name, deployment);
  if (origin !== own) {
    return rejected(403, 'Only pages of this very origin may signal here.');
  }
  return {
    kind: 'admitted',
    permission: place.kind === 'app' ? { kind: 'any' } : { kind: 'visit', name: place.name },
  };
}
