/** A site that runs in the test's own process, with the host's end of its ports. */
import { afterEach } from 'vitest';

import { bodyOfBytes, readWholeBody } from '../../../protocol/body-streams.ts';
import type {
  HeaderList,
  HostRequest,
  HostResponse,
  RequestHandler,
  SocketAnswer,
} from '../../../protocol/http-message.ts';
import { acceptPortConnection, openPortConnection } from '../../sandbox/port-connection.ts';
import { RUNTIME_HEADERS, type RuntimeMessage, type RuntimeSettings } from '../messages.ts';
import type { SessionDatabase } from '../session/session-rows.ts';
import type { SiteModule } from '../site-module.ts';
import { startRuntime } from '../start.ts';

type Exports = Record<string, unknown>;

export interface TestSite {
  readonly routes?: Readonly<Record<string, Exports | (() => Promise<Exports>)>>;
  readonly server?: Exports;
  readonly templates?: Readonly<Record<string, string>>;
  readonly helpers?: Exports;
  /** Answers for the static files; default: none is there. */
  readonly assets?: RequestHandler;
  readonly settings?: Partial<RuntimeSettings>;
  readonly database?: SessionDatabase;
  readonly now?: () => number;
  readonly nativeFetch?: typeof fetch;
}

export interface AskOptions {
  readonly method?: string;
  readonly headers?: HeaderList;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  /** File of the route; default: the only one, else `server.ts`. */
  readonly route?: string;
  readonly params?: Readonly<Record<string, string>>;
  readonly visitor?: string;
  readonly signal?: AbortSignal;
}

export interface TestAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly text: string;
}

const NO_DATABASE: SessionDatabase = {
  prepare: () => {
    throw new Error('This site was started without a database.');
  },
};

const ORIGIN = 'http://garden.localhost:8890';

const started: { close(): void }[] = [];
afterEach(() => {
  for (const site of started.splice(0)) site.close();
});

/** A started site of one route. */
export function startRoute(exports: Record<string, unknown>, rest: TestSite = {}) {
  return startSite({ routes: { 'routes/index.ts': exports }, ...rest });
}

/** Starts the site until the end of the test; its global scope is an object of its own, given as `scope`. */
export async function startSite(site: TestSite) {
  const made = await startedSite(site);
  started.push(made);
  return made;
}

async function startedSite(site: TestSite) {
  const messages: RuntimeMessage[] = [];
  const scope: Record<string | symbol, unknown> = {};
  const requests = new MessageChannel();
  const assets = new MessageChannel();
  const noFile: RequestHandler = async () => ({ status: 404, headers: [], body: null });
  void acceptPortConnection(assets.port1, {
    handler: site.assets ?? noFile,
    connectionId: 'assets',
  });
  const opening = openPortConnection(requests.port1);
  const runtime = await startRuntime({
    code: '',
    settings: {
      development: true,
      variables: {},
      integers: 'number',
      sessionLifetimeMs: 1000 * 60,
      outboundFetch: 'all',
      ...site.settings,
    },
    post: (message) => messages.push(message),
    importModule: async () => ({ exports: { default: moduleOf(site) }, url: 'blob:site' }),
    acceptRequests: (handler) =>
      acceptPortConnection(requests.port2, { handler, connectionId: 'host' }),
    openAssets: async () => (await openPortConnection(assets.port2)).connection,
    db: site.database ?? NO_DATABASE,
    sql: () => {},
    scope,
    nativeFetch: site.nativeFetch ?? fetch,
    followsRedirects: true,
    ...(site.now ? { now: site.now } : {}),
  });
  const { connection } = await opening;
  let number = 0;
  const headOf = (target: string, options: AskOptions) => {
    number += 1;
    const { method = 'GET', headers = [], params = {}, visitor = 'visitor-1' } = options;
    const [first] = Object.keys(site.routes ?? {});
    const route = options.route ?? first;
    const own: HeaderList = [
      [RUNTIME_HEADERS.request, String(number)],
      [RUNTIME_HEADERS.run, route === undefined ? 'server' : encodeURI(`route ${route}`)],
      [RUNTIME_HEADERS.params, encodeURIComponent(JSON.stringify(params))],
      [RUNTIME_HEADERS.visitorKey, visitor],
      [RUNTIME_HEADERS.origin, ORIGIN],
    ];
    return { method, target, headers: [...headers, ...own] };
  };
  return {
    messages,
    scope,
    runtime,
    connection,
    /** What the author was told: the texts of all entries. */
    told: () => messages.flatMap((message) => ('text' in message ? [message.text] : [])),
    error: () => messages.find((message) => message.kind === 'error'),
    async ask(target: string, options: AskOptions = {}): Promise<TestAnswer> {
      const { body, signal } = options;
      const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
      const head = headOf(target, options);
      const reader = bytes === undefined ? null : bodyOfBytes(bytes);
      const answer = await connection.request(head, reader, signal ? { signal } : {});
      const whole = answer.body
        ? await readWholeBody(answer.body, Number.POSITIVE_INFINITY)
        : new Uint8Array(0);
      const headers = new Headers(
        answer.headers.map(([name, value]): [string, string] => [name, value]),
      );
      return {
        status: answer.status,
        headers,
        bytes: whole,
        text: new TextDecoder().decode(whole),
      };
    },
    openSocket(target: string, options: AskOptions = {}): Promise<SocketAnswer> {
      return connection.openSocket(headOf(target, options));
    },
    close() {
      connection.close();
      for (const { port1, port2 } of [requests, assets]) {
        port1.close();
        port2.close();
      }
    },
  };
}

function moduleOf(site: TestSite): SiteModule {
  const { server, helpers, templates = {} } = site;
  const routes = Object.entries(site.routes ?? {}).map(([file, exports]) => {
    const load = async (): Promise<Exports> =>
      typeof exports === 'function' ? await exports() : exports;
    return [file, load] as const;
  });
  return {
    routes: Object.fromEntries(routes),
    templates,
    handlebars: async () => ({ ...(await import('handlebars')) }),
    ...(server ? { server: async () => server } : {}),
    ...(helpers ? { templateHelpers: async () => helpers } : {}),
  };
}

/** A file as the host's static files answer. */
export function assetAnswers(files: Readonly<Record<string, string>>): RequestHandler {
  return async ({ method, target, headers }: HostRequest): Promise<HostResponse> => {
    const text = files[target];
    if (text === undefined) return { status: 404, headers: [], body: null };
    if (headers.some(([name, value]) => name === 'if-none-match' && value === '"1"')) {
      return { status: 304, headers: [['etag', '"1"']], body: null };
    }
    const body = new TextEncoder().encode(text);
    const fields: HeaderList = [
      ['content-type', 'text/html'],
      ['content-length', String(body.length)],
      ['etag', '"1"'],
    ];
    return { status: 200, headers: fields, body: method === 'HEAD' ? null : body };
  };
}
