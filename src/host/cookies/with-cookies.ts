import { OWN_PREFIX } from '../../address/address.ts';
import {
  COOKIE_FIELDS,
  COOKIES_TARGET,
  type CookieState,
  type CookieWrite,
  formatCookieState,
  NO_JAR,
  parseKnown,
  parseWrite,
  withoutOwnFields,
} from '../../protocol/cookie-sync.ts';
import { PeerServerError } from '../../protocol/errors.ts';
import { FEATURES } from '../../protocol/features.ts';
import {
  type BodyReader,
  type HeaderList,
  type HostRequest,
  type HostResponse,
  headerValue,
  type RequestHandler,
} from '../../protocol/http-message.ts';
import type { CookieJars } from './cookie-jars.ts';
import { COOKIE_LIMITS } from './limits.ts';
import type { CookieRequest, VisitorJar } from './visitor-jar.ts';

/** Methods that only ask (RFC 9110, 9.2.1). */
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

/**
 * A site's handler with the cookies of those visitors who cannot keep them (section 14): it sees a plain
 * `Cookie` field and answers with plain `Set-Cookie`, as it does for visitors with a jar of their own. What
 * is the host's own, fields and targets, never reaches it.
 * @param now time of day, milliseconds since 1970
 */
export function withCookies(
  handler: RequestHandler,
  jars: CookieJars,
  now: () => number = Date.now,
): RequestHandler {
  return async (request) => {
    const plain = { ...request, headers: withoutOwnFields(request.headers) };
    const isOwn = request.target.startsWith(OWN_PREFIX);
    if (!request.visitor.features?.has(FEATURES.cookies)) {
      if (isOwn) return noSuchTarget();
      const response = await handler(plain);
      return { ...response, headers: withoutOwnFields(response.headers) };
    }
    await jars.ready();
    const visit = new CookieVisit(request, jars, now);
    if (isOwn) return visit.answerOwn();
    visit.applyWrites(fieldValues(request.headers, COOKIE_FIELDS.write));
    return visit.finish(await handler(visit.withCookieField(plain)));
  };
}

/** One request of a visitor whose cookies are kept here. */
class CookieVisit {
  readonly #request: HostRequest;
  readonly #jars: CookieJars;
  readonly #now: () => number;
  readonly #cookieRequest: CookieRequest;
  readonly #omitsCookies: boolean;
  readonly #acks = new Map<string, number>();

  constructor(request: HostRequest, jars: CookieJars, now: () => number) {
    this.#request = request;
    this.#jars = jars;
    this.#now = now;
    this.#cookieRequest = cookieRequestOf(request);
    this.#omitsCookies = headerValue(request.headers, COOKIE_FIELDS.credentials) === 'omit';
  }

  /** Does what the page's scripts have written, each writer's in the order of its numbers (J4). */
  applyWrites(texts: readonly string[]): void {
    const writes = inOrder(
      texts
        .slice(0, COOKIE_LIMITS.writesPerRequest)
        .map(parseWrite)
        .filter((write): write is CookieWrite => write !== undefined),
    );
    this.#change(writes.map((write) => (jar) => jar.write(write, this.#cookieRequest)));
    for (const { writer, seq } of writes) this.#acks.set(writer, seq);
  }

  /** The request as the site's handler gets it. */
  withCookieField(plain: HostRequest): HostRequest {
    const headers = plain.headers.filter(([name]) => name !== 'cookie');
    if (this.#omitsCookies) return { ...plain, headers };
    const cookies = this.#jars.find(plain.visitor.key)?.header(this.#cookieRequest);
    return { ...plain, headers: cookies ? [...headers, ['cookie', cookies]] : headers };
  }

  /** The answer as it goes to the visitor: cookies kept, and what it does not know of them yet. */
  finish(response: HostResponse): HostResponse {
    if (!this.#omitsCookies) {
      const set = fieldValues(response.headers, 'set-cookie');
      this.#change([
        ...(clearsCookies(response.headers) ? [(jar: VisitorJar) => jar.clear()] : []),
        ...set.map((text) => (jar: VisitorJar) => jar.set(text, this.#cookieRequest)),
      ]);
    }
    const headers = withoutOwnFields(response.headers).filter(([name]) => name !== 'set-cookie');
    const state = this.#state();
    if (!state) return { ...response, headers };
    const whole = formatCookieState(state);
    const isLarge = whole.length > COOKIE_LIMITS.stateBytes;
    const field = isLarge ? formatCookieState({ ...state, scope: 'large', changes: [] }) : whole;
    return { ...response, headers: [...headers, [COOKIE_FIELDS.state, field]] };
  }

  /** The host's own targets: GET tells what scripts may see, POST brings writes first (J6). */
  async answerOwn(): Promise<HostResponse> {
    const { method, target, body, signal } = this.#request;
    if (target !== COOKIES_TARGET) return noSuchTarget();
    if (method === 'POST') {
      const text = await readText(body, COOKIE_LIMITS.writeBodyBytes, signal);
      this.applyWrites(text.split('\n', COOKIE_LIMITS.writesPerRequest));
    } else if (method !== 'GET')
      return { status: 405, headers: [['allow', 'GET, POST']], body: null };
    const state = this.#state() ?? { ...this.#basis(), scope: 'changes' as const, changes: [] };
    return {
      status: 200,
      headers: [
        ['content-type', 'application/json'],
        ['cache-control', 'no-store'],
      ],
      body: new TextEncoder().encode(formatCookieState(state)),
    };
  }

  /** Does all of them, in one change of the jars. */
  #change(changes: readonly ((jar: VisitorJar) => boolean)[]): void {
    if (changes.length === 0) return;
    this.#jars.change(this.#request.visitor.key, (jar) => {
      let hasChanged = false;
      for (const change of changes) hasChanged = change(jar) || hasChanged;
      return hasChanged;
    });
  }

  /** What this visitor lacks, and which of its writes are done; undefined when there is nothing to say. */
  #state(): CookieState | undefined {
    const known = parseKnown(headerValue(this.#request.headers, COOKIE_FIELDS.state));
    const jar = this.#jars.find(this.#request.visitor.key);
    const knowsThatNoneIsThere = known?.epoch === NO_JAR;
    const news = jar
      ? jar.stateSince(known)
      : knowsThatNoneIsThere
        ? undefined
        : { scope: 'all' as const, changes: [] };
    if (!news && this.#acks.size === 0) return undefined;
    return { ...this.#basis(), ...(news ?? { scope: 'changes', changes: [] }) };
  }

  #basis(): Pick<CookieState, 'epoch' | 'version' | 'now' | 'acks'> {
    const jar = this.#jars.find(this.#request.visitor.key);
    return {
      epoch: jar?.epoch ?? NO_JAR,
      version: jar?.version ?? 0,
      now: this.#now(),
      acks: Object.fromEntries(this.#acks),
    };
  }
}

/**
 * Each writer's writes in the order of its numbers, at the places that the writer's have among all: numbers of
 * two writers say nothing about each other.
 */
function inOrder(writes: readonly CookieWrite[]): CookieWrite[] {
  const sorted = new Map<string, Iterator<CookieWrite>>();
  for (const { writer } of writes) {
    if (sorted.has(writer)) continue;
    const own = writes.filter((write) => write.writer === writer).sort((a, b) => a.seq - b.seq);
    sorted.set(writer, own.values());
  }
  return writes.map((write) => sorted.get(write.writer)?.next().value ?? write);
}

/** Where a request comes from, and what it is for, by the fields that browsers add. */
function cookieRequestOf({ method, target, headers }: HostRequest): CookieRequest {
  const isTopLevel =
    headerValue(headers, 'sec-fetch-mode') === 'navigate' &&
    headerValue(headers, 'sec-fetch-dest') === 'document';
  // `none` as well: a page that hides where it is looks like an address that was typed.
  const isForeign = /^(?:cross-site|none)$/.test(headerValue(headers, 'sec-fetch-site') ?? '');
  const isLink = isTopLevel && SAFE_METHODS.has(method);
  return {
    // By whatever name the visitor calls the site: nobody but itself could be deceived.
    host: (headerValue(headers, 'host') ?? '').replace(/:\d+$/, ''),
    path: target.split('?', 1)[0] ?? '/',
    siteContext: isForeign ? (isLink ? 'lax' : 'none') : 'strict',
    isTopLevel,
  };
}

/** `Clear-Site-Data` with cookies, or with everything. */
function clearsCookies(headers: HeaderList): boolean {
  return fieldValues(headers, 'clear-site-data').some((value) => /"(cookies|\*)"/.test(value));
}

function fieldValues(headers: HeaderList, name: string): string[] {
  return headers.filter(([key]) => key === name).map(([, value]) => value);
}

function noSuchTarget(): HostResponse {
  return { status: 404, headers: [['cache-control', 'no-store']], body: null };
}

/** A small body as text. Throws body-too-large. */
async function readText(
  body: BodyReader | null,
  maxBytes: number,
  signal: AbortSignal,
): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for (let chunk = await body?.read(); chunk; chunk = await body?.read()) {
    signal.throwIfAborted();
    bytes += chunk.length;
    if (bytes > maxBytes) {
      throw new PeerServerError('body-too-large', `More than ${maxBytes} bytes of cookies.`);
    }
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
