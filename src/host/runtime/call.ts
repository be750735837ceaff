/** A request as the host hands it over: what is to run, for whom, and what the author's code may see of it. */
import { type HeaderList, type HostRequest, headerValue } from '../../protocol/http-message.ts';
import { RUNTIME_LIMITS } from './limits.ts';
import { RUNTIME_HEADERS } from './messages.ts';
import { SiteRequest } from './web/site-request.ts';

export interface Call {
  /** The host's number of the request; absent only when the host gave none. */
  readonly number: number | undefined;
  readonly run: { readonly kind: 'route'; readonly file: string } | { readonly kind: 'server' };
  readonly params: Readonly<Record<string, string>>;
  readonly visitorKey: string;
  /** As the visitor knows the site: `http://garden.localhost:8890`. */
  readonly origin: string;
  readonly request: SiteRequest;
}

const OWN_PREFIX = 'peerserver-';

/** Takes the host's own fields off. Throws Error for a request without them, which no host sends. */
export function readCall(request: HostRequest): Call {
  const { method, target, body, signal } = request;
  const field = (name: string): string | undefined => headerValue(request.headers, name);
  const origin = field(RUNTIME_HEADERS.origin);
  const run = field(RUNTIME_HEADERS.run);
  if (origin === undefined || run === undefined) throw new Error('A request without its origin.');
  const number = Number(field(RUNTIME_HEADERS.request) ?? Number.NaN);
  const file = /^route (.+)$/.exec(decodeURI(run))?.[1];
  const params: Record<string, string> = Object.create(null);
  Object.assign(params, JSON.parse(decodeURIComponent(field(RUNTIME_HEADERS.params) ?? '{}')));
  return {
    number: Number.isSafeInteger(number) ? number : undefined,
    run: file === undefined ? { kind: 'server' } : { kind: 'route', file },
    params,
    visitorKey: field(RUNTIME_HEADERS.visitorKey) ?? '',
    origin,
    request: SiteRequest.incoming({
      method,
      url: origin + target,
      headers: visibleHeaders(request.headers, origin, request.upgrade !== undefined),
      body,
      maxBodyBytes: RUNTIME_LIMITS.wholeBodyBytes,
      signal,
    }),
  };
}

/** The visitor's fields, and those that travel otherwise on the link but belong to a server's view. */
function visibleHeaders(fields: HeaderList, origin: string, upgrade: boolean): Headers {
  const headers = new Headers();
  for (const [name, value] of fields) {
    if (!name.startsWith(OWN_PREFIX)) headers.append(name, value);
  }
  if (!headers.has('host')) headers.set('host', new URL(origin).host);
  if (upgrade) {
    headers.set('upgrade', 'websocket');
    headers.set('connection', 'Upgrade');
  }
  return headers;
}

/** The call's name in messages: `routes/items/[id].ts GET`. */
export function handlerName({ run, request }: Call): string {
  return run.kind === 'server' ? 'server fetch' : `${run.file} ${request.method}`;
}
