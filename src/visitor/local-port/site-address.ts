/**
 * The two names of a site at a local port: its own origin, which its handler knows, and the local address, which
 * the client knows. Fields that name one are made to name the other; nothing else is touched.
 */
import { type Refusal, refused } from './failure-answer.ts';

/** What a request at the local port asks for, or why it is refused. */
export type LocalTarget =
  | {
      readonly ok: true;
      /** Path and query in origin form. */
      readonly target: string;
      /** The origin that the client used, or undefined where it named none, or the site's own. */
      readonly clientOrigin: string | undefined;
    }
  | Refusal;

/**
 * Reads a request's target and `Host`. Only names that browsers resolve to this machine themselves are accepted,
 * and the site's own: otherwise any web page could point a name of its own at 127.0.0.1 (DNS rebinding) and read
 * the site through the visitor's browser.
 * @param url the request line's target, bytes as characters: origin form, or absolute form as proxies get it
 * @param hosts every `Host` field of the request
 * @param siteOrigin e.g. `http://garden.localhost:8890`
 */
export function readTarget(url: string, hosts: readonly string[], siteOrigin: string): LocalTarget {
  if (hosts.length > 1) return refused(400, 'There is more than one Host field.');
  const absolute = /^(https?:)\/\/([^/?#]*)(.*)$/is.exec(url);
  const siteHost = new URL(siteOrigin).host;
  // The target's own authority counts, whatever Host says (RFC 9112, 3.2.2).
  const host = (absolute?.[2] ?? hosts[0])?.toLowerCase();
  if (host !== undefined && host !== siteHost && !isLoopbackName(host)) {
    return refused(
      403,
      `This port leads to ${siteHost} and nowhere else. Ask it as localhost, 127.0.0.1 or [::1]; the request names another host, which keeps web pages from reaching in under names of their own.`,
    );
  }
  if (absolute && host === siteHost && `${absolute[1]?.toLowerCase()}//${host}` !== siteOrigin) {
    return refused(400, `This port leads to ${siteOrigin}, not to ${absolute[1]}//${host}.`);
  }
  const rest = absolute ? (absolute[3] ?? '') : url;
  const target = absolute && !rest.startsWith('/') ? `/${rest}` : rest;
  if (!target.startsWith('/')) {
    return refused(400, 'The request target must be a path, or an address of the site.');
  }
  const clientOrigin = host === undefined || host === siteHost ? undefined : `http://${host}`;
  return { ok: true, target: encodeTarget(target), clientOrigin };
}

/**
 * True for names that lead to this machine, with or without a port: those below `localhost` belong to the machine
 * itself (RFC 6761). The port may be that of a tunnel to here.
 * @param host in lower case
 */
export function isLoopbackName(host: string): boolean {
  return /^(([a-z0-9-]+\.)*localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(host);
}

/** curl sends letters beyond ASCII as they are; browsers, and the protocol, encode them. */
function encodeTarget(target: string): string {
  return target.replace(
    /[\u0080-\u00ff]/g,
    (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}

/**
 * An address that begins with origin `from`, as the same one at origin `to`; any other is returned as it is.
 * Addresses without a scheme (`//host/path`) are understood, too.
 */
export function moveAddress(address: string, from: string, to: string): string {
  const match = /^(https?:)?(\/\/[^/?#]*)(.*)$/is.exec(address);
  if (!match) return address;
  const [, scheme = new URL(from).protocol, authority = '', rest = ''] = match;
  const origin = `${scheme}${authority}`;
  return URL.canParse(origin) && new URL(origin).origin === from ? to + rest : address;
}
