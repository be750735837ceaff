import {
  COOKIE_FIELDS,
  type CookieState,
  formatWrite,
  parseCookieState,
} from '../../../protocol/cookie-sync.ts';
import { FEATURES } from '../../../protocol/features.ts';
import {
  type HeaderList,
  type HostRequest,
  headerValue,
  type RequestHandler,
} from '../../../protocol/http-message.ts';
import { request } from '../../testing/request.ts';
import { CookieJars, type CookieJarsOptions } from '../cookie-jars.ts';
import { withCookies } from '../with-cookies.ts';

/** When tests begin, milliseconds since 1970. */
export const START = Date.UTC(2030, 0, 1);

export interface AskOptions {
  readonly method?: string;
  readonly headers?: HeaderList;
  readonly visitor?: string;
  readonly body?: string;
  /** Without it, the visitor keeps its cookies itself. */
  readonly plain?: true;
  /** What the site answers with. */
  readonly set?: readonly string[];
  readonly clear?: string;
}

/** A site whose visitors' cookies are kept, and a time of day that is moved by hand. */
export function site(options: Partial<CookieJarsOptions> = {}) {
  const time = { now: START };
  const jars = new CookieJars({ now: () => time.now, ...options });
  const seen: HostRequest[] = [];
  let set: readonly string[] = [];
  let clear: string | undefined;
  const handler: RequestHandler = async (asked) => {
    seen.push(asked);
    const fields: HeaderList = set.map((value) => ['set-cookie', value]);
    const cleared: HeaderList = clear === undefined ? [] : [['clear-site-data', clear]];
    const site: HeaderList = [
      ['x-site', 'yes'],
      [COOKIE_FIELDS.state, 'forged'],
    ];
    return { status: 200, headers: [...site, ...fields, ...cleared], body: null };
  };
  const wrapped = withCookies(handler, jars, () => time.now);

  const ask = async (target: string, asked: AskOptions = {}) => {
    set = asked.set ?? [];
    clear = asked.clear;
    const text = asked.body === undefined ? null : new TextEncoder().encode(asked.body);
    let left: Uint8Array<ArrayBuffer> | null = text;
    const response = await wrapped({
      ...request(target, {
        method: asked.method ?? 'GET',
        headers: [['host', 'garden.localhost:8890'], ...(asked.headers ?? [])],
      }),
      body: text && {
        read: async () => {
          const chunk = left;
          left = null;
          return chunk;
        },
        cancel: () => {},
      },
      visitor: {
        key: asked.visitor ?? 'anna',
        connectionId: 'connection-1',
        ...(asked.plain ? {} : { features: new Set([FEATURES.cookies]) }),
      },
    });
    const field = headerValue(response.headers, COOKIE_FIELDS.state);
    const body = await new Response(response.body).text();
    return {
      response,
      body,
      sent: headerValue(seen.at(-1)?.headers ?? [], 'cookie'),
      state: field === undefined ? undefined : parseCookieState(field, time.now),
    };
  };
  return { ask, seen, time, jars };
}

/** The cookies of a state, without those that are gone. */
export function cookiesOf(state: CookieState | undefined): string[] {
  return (state?.changes ?? []).flatMap((change) =>
    'cookie' in change ? [`${change.cookie.name}=${change.cookie.value}`] : [],
  );
}

/** The field of a visitor whose mirror has a state. */
export function known(state: CookieState | undefined): HeaderList {
  return [[COOKIE_FIELDS.state, `${state?.epoch} ${state?.version}`]];
}

/** The field of something that a script has written. */
export function write(seq: number, text: string, writer = 'tab'): readonly [string, string] {
  return [COOKIE_FIELDS.write, formatWrite({ writer, seq, text })];
}
