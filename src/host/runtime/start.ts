/** Starts the code of a site inside its sandbox. The same in a browser's worker and in Node's thread. */
import { type Clock, systemClock } from '../../protocol/clock.ts';
import type { HostConnection } from '../../protocol/host-connection.ts';
import type { RequestHandler } from '../../protocol/http-message.ts';
import { type AssetConnection, Assets } from './assets.ts';
import { errorMessage, stackOf } from './errors/report-error.ts';
import { createSiteConsole, LogSender } from './log/site-console.ts';
import { type RuntimeMessage, type RuntimeSettings, SITE_SOURCE } from './messages.ts';
import type { SessionDatabase } from './session/session-rows.ts';
import { Sessions } from './session/sessions.ts';
import { SITE_EXPORTS } from './site-exports.ts';
import { RUNTIME_EXPORTS, type SiteModule } from './site-module.ts';
import { SiteRunner } from './site-runner.ts';
import { Templates } from './template/templates.ts';
import { createOutboundFetch } from './web/outbound-fetch.ts';
import { SiteRequest } from './web/site-request.ts';
import { SiteResponse } from './web/site-response.ts';
import { WebSocketPair } from './web/web-socket-pair.ts';

export interface RuntimeOptions {
  /** The compiled site. */
  readonly code: string;
  readonly settings: RuntimeSettings;
  readonly post: (message: RuntimeMessage) => void;
  /** Loads a module of this code. */
  readonly importModule: (code: string) => Promise<LoadedModule>;
  /** Begins to answer the host's requests. */
  readonly acceptRequests: (handler: RequestHandler) => Promise<Pick<HostConnection, 'closed'>>;
  /** Connects to the host's static files. */
  readonly openAssets: () => Promise<AssetConnection>;
  /** `env.DB`, and the tag `sql` for it. */
  readonly db: SessionDatabase;
  readonly sql: unknown;
  /** Where `Request`, `console` and so on are put; `globalThis` in a sandbox. */
  readonly scope: object;
  readonly nativeFetch: typeof fetch;
  /** Whether redirects of `fetch` are followed here: in Node, where no frame's policy checks them. */
  readonly followsRedirects: boolean;
  /** Time of day, milliseconds since 1970; default Date.now. */
  readonly now?: () => number;
  readonly clock?: Clock;
}

export interface LoadedModule {
  /** The module's namespace. */
  readonly exports: unknown;
  /** As engines write it into stacks. */
  readonly url: string;
}

export interface Runtime {
  /** Tells the author of an error that no request is known for: in a timer, or of a forgotten promise. */
  reportUnhandled(thrown: unknown): void;
}

/**
 * Puts the sandbox's classes in place, loads the site and answers requests. Tells the host `ready`, or
 * `failed` with the reason; then the runtime answers nothing. Never rejects.
 */
export async function startRuntime(options: RuntimeOptions): Promise<Runtime> {
  const { post, settings, clock = systemClock } = options;
  const log = new LogSender(post, clock);
  const running = new Set<number>();
  installScope(options, log, running, clock);
  const assets = new Assets(connectOnUse(options.openAssets));
  const env = createEnv(options, assets);
  let siteUrl: string | undefined;
  const runtime: Runtime = {
    reportUnhandled: (thrown) => {
      const request = onlyOne(running);
      // A loop of failing timers is as good a flood as any.
      log.send(errorMessage(thrown, request === undefined ? {} : { request }, siteUrl));
    },
  };
  try {
    const loaded = await options.importModule(options.code);
    siteUrl = loaded.url;
    log.siteUrl = loaded.url;
    const module = readSiteModule(loaded.exports);
    const runner = new SiteRunner({
      module,
      siteUrl,
      post,
      log,
      sessions: new Sessions({
        database: options.db,
        lifetimeMs: settings.sessionLifetimeMs,
        now: options.now ?? Date.now,
      }),
      templates: new Templates(module),
      assets,
      db: options.db,
      sql: options.sql,
      env,
      running,
    });
    await options.acceptRequests((request) => runner.answer(request));
    post({ kind: 'ready' });
  } catch (thrown) {
    const text = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
    post({ kind: 'failed', text, stack: stackOf(thrown, siteUrl ?? SITE_SOURCE) });
  }
  return runtime;
}

/** What the author's code finds in its global scope, in the place of the platform's or beside it. */
function installScope(
  { scope, settings, nativeFetch, followsRedirects }: RuntimeOptions,
  log: LogSender,
  running: ReadonlySet<number>,
  clock: Clock,
): void {
  const policy = settings.outboundFetch;
  const globals: Record<string | symbol, unknown> = {
    Request: SiteRequest,
    Response: SiteResponse,
    WebSocketPair,
    fetch: createOutboundFetch({ nativeFetch, policy, followsRedirects }),
    console: createSiteConsole(log, () => onlyOne(running), clock),
    [RUNTIME_EXPORTS]: SITE_EXPORTS,
  };
  for (const key of Reflect.ownKeys(globals)) {
    const value = globals[key];
    Object.defineProperty(scope, key, { value, writable: true, configurable: true });
  }
}

function createEnv(options: RuntimeOptions, assets: Assets): Readonly<Record<string, unknown>> {
  const fetchAsset = (input: RequestInfo | URL, init?: RequestInit) => assets.fetch(input, init);
  return Object.freeze({
    ...options.settings.variables,
    DB: options.db,
    ASSETS: Object.freeze({ fetch: fetchAsset }),
  });
}

/** Connects when it is first needed, and once. */
function connectOnUse(open: () => Promise<AssetConnection>): AssetConnection {
  let opened: Promise<AssetConnection> | undefined;
  return {
    request: async (...values) => {
      opened ??= open();
      return await (await opened).request(...values);
    },
  };
}

/** Which request a call of `console` belongs to can only be told while one runs alone. */
function onlyOne(running: ReadonlySet<number>): number | undefined {
  const [first] = running;
  return running.size === 1 ? first : undefined;
}

/** Throws TypeError for a module that no compiler of ours made. */
function readSiteModule(exports: unknown): SiteModule {
  const module = (exports as { readonly default?: Partial<SiteModule> } | undefined)?.default;
  if (typeof module?.routes !== 'object' || typeof module.templates !== 'object') {
    throw new TypeError('The compiled site is not of the form that this runtime expects.');
  }
  return { ...module, routes: module.routes, templates: module.templates };
}
