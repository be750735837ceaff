/**
 * Which addresses a Content-Security-Policy lets a document's scripts connect to (CSP level 3, 6.7.2).
 * The rules are those that Chromium and Firefox were seen to follow, which compare a WebSocket with its `ws:`
 * address: a host without a scheme stands for the page's own, and allows no socket.
 */

/** The attribute that brings the page script the policies of its document's header fields, as JSON. */
export const POLICIES_ATTRIBUTE = 'data-policies';

/** A policy as it came. */
export interface Policy {
  readonly text: string;
  /** Only tells of what it would forbid. */
  readonly reportOnly: boolean;
}

const SCHEME_SOURCE = /^([a-z][a-z0-9+.-]*):$/;
const HOST_SOURCE = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(\*|(?:\*\.)?[^:/*']+)(?::(\d+|\*))?(\/.*)?$/i;
const DEFAULT_PORTS: Record<string, string> = { ws: '80', wss: '443', http: '80', https: '443' };

/** The policies in the value of a header field. */
export function policiesOf(value: string, reportOnly: boolean): Policy[] {
  return value
    .split(',')
    .map((text) => ({ text: text.trim(), reportOnly }))
    .filter(({ text }) => text !== '');
}

/** The sources that decide where connections go, or undefined when nothing does. */
export function connectSources(policy: string): readonly string[] | undefined {
  const directives = new Map<string, readonly string[]>();
  for (const directive of policy.split(';')) {
    const [name = '', ...sources] = directive.trim().split(/[\t\n\f\r ]+/);
    const key = name.toLowerCase();
    // Of several with one name, the first counts.
    if (!directives.has(key)) directives.set(key, sources);
  }
  return directives.get('connect-src') ?? directives.get('default-src');
}

/** Whether a policy lets a document of `origin` open a WebSocket, or send a request, to `url`. */
export function allowsConnection(policy: string, url: URL, origin: string): boolean {
  const sources = connectSources(policy);
  return sources === undefined || sources.some((source) => matches(source, url, origin));
}

function matches(source: string, url: URL, origin: string): boolean {
  const lower = source.toLowerCase();
  if (lower === '*') return true;
  if (lower === "'self'") return URL.canParse(origin) && new URL(origin).host === url.host;
  const scheme = url.protocol.slice(0, -1);
  // What is safer than asked for is allowed: https: for http:, wss: for ws:.
  const allowsScheme = (name: string) => name === scheme || `${name}s` === scheme;
  const [, alone] = SCHEME_SOURCE.exec(lower) ?? [];
  if (alone !== undefined) return allowsScheme(alone);
  const parts = HOST_SOURCE.exec(source);
  if (!parts) return false;
  const [, named = origin.split(':', 1)[0] ?? '', host = '', port, path] = parts;
  return (
    allowsScheme(named.toLowerCase()) &&
    matchesHost(host.toLowerCase(), url.hostname) &&
    matchesPort(port, url.port || (DEFAULT_PORTS[scheme] ?? ''), scheme) &&
    matchesPath(path, url.pathname)
  );
}

function matchesHost(host: string, actual: string): boolean {
  if (host === '*') return true;
  return host.startsWith('*.') ? actual.endsWith(host.slice(1)) : host === actual;
}

function matchesPort(port: string | undefined, actual: string, scheme: string): boolean {
  if (port === '*' || port === actual) return true;
  if (port === undefined) return actual === DEFAULT_PORTS[scheme];
  return port === '80' && actual === '443';
}

function matchesPath(path: string | undefined, actual: string): boolean {
  if (path === undefined || path === '/') return true;
  const wanted = decoded(path);
  return path.endsWith('/') ? decoded(actual).startsWith(wanted) : decoded(actual) === wanted;
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    // A stray percent sign stands for itself.
    return path;
  }
}
