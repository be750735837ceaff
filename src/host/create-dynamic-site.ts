/** The dynamic part of a site: its code compiled, at work in a sandbox with a database, and renewed after saves. */
import { asPeerServerError, PeerServerError } from '../protocol/errors.ts';
import type { HostRequest, HostResponse } from '../protocol/http-message.ts';
import type { CompiledSite } from './compile/compiled-site.ts';
import { findSiteParts } from './compile/site-parts.ts';
import type { SiteDatabase } from './database/site-database.ts';
import { dispatch, type Handler } from './dispatch.ts';
import type { DynamicSite, DynamicSiteOptions } from './dynamic-site.ts';
import { ProblemNews } from './problem-news.ts';
import { DEFAULT_SETTINGS, parseSettings, SETTINGS_FILE } from './project/parse-settings.ts';
import type { ProjectSettings } from './project/project-settings.ts';
import { errorPage } from './sandbox/error-page.ts';
import type { Run } from './sandbox/site-request.ts';
import { SiteSandbox } from './sandbox/site-sandbox.ts';
import type { SiteLogEntry } from './site-log.ts';

/** Saves that follow each other this closely are compiled together, milliseconds. */
const DEBOUNCE_MS = 30;
const PUBLIC_FOLDER = 'public/';
const MIGRATION = /^migrations\/[^/]+\.sql$/;

/** Reads the project and starts its code, if it has any. Requests wait until that is done. */
export function createDynamicSite(options: DynamicSiteOptions): DynamicSite {
  return new CodeSite(options);
}

/** What the files came to. */
type State =
  /** No project, or one without code. */
  | { readonly kind: 'static' }
  | { readonly kind: 'running'; readonly site: CompiledSite; readonly sandbox: SiteSandbox }
  /** Settings, compiler or database do not work: nothing can run. */
  | { readonly kind: 'broken' };

const NOTHING_SAVED: ReadonlySet<string> = new Set();

class CodeSite implements DynamicSite {
  readonly routes: Handler = {
    name: 'routes',
    handle: (request) => this.#handle(request, routeOf),
  };
  readonly server: Handler = {
    name: 'server.ts',
    handle: (request) => this.#handle(request, serverOf),
  };
  readonly #options: DynamicSiteOptions;
  readonly #now: () => number;
  readonly #stop = new AbortController();
  readonly #unsubscribe: () => void;
  /** What requests wait for; never rejects. */
  #state: Promise<State>;
  #sandbox: SiteSandbox | undefined;
  /** Hash of what runs now. */
  #running: string | undefined;
  #migrated: string | undefined;
  #development = false;
  #database: Promise<SiteDatabase> | undefined;
  #closing: Promise<void> | undefined;
  readonly #settingsNews = new ProblemNews();
  readonly #codeNews = new ProblemNews();
  readonly #migrationNews = new ProblemNews();
  /** The saves that are waited for, and how to wait no longer. */
  #saving: { readonly begin: () => void; readonly paths: Set<string> } | undefined;

  constructor(options: DynamicSiteOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#state = this.#renew(NOTHING_SAVED);
    this.#unsubscribe = options.files.subscribe((paths) => this.#changed(paths));
    const close = () => void this.close();
    options.signal.addEventListener('abort', close, { once: true });
    if (options.signal.aborted) close();
  }

  async database(): Promise<SiteDatabase> {
    // Who comes first must not find the tables missing.
    if (this.#migrated === undefined) await this.#state;
    return this.#openDatabase();
  }

  #openDatabase(): Promise<SiteDatabase> {
    if (this.#database) return this.#database;
    const opening = this.#options.openDatabase(this.#stop.signal);
    this.#database = opening;
    const forget = () => {
      // The next who asks opens it anew.
      if (this.#database === opening) this.#database = undefined;
    };
    opening.then(async (database) => this.#lost(await database.lost, forget), forget);
    return opening;
  }

  async backup(signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
    await this.#state;
    stopIfAborted(signal);
    const database = await this.#openDatabase();
    return database.backup(signal);
  }

  async restore(
    file: Uint8Array<ArrayBuffer>,
    signal: AbortSignal,
    alongside?: () => Promise<void>,
  ): Promise<void> {
    const before = this.#state;
    // It is carried out whether or not anybody waits, and what comes next depends on how it ended.
    const toTheEnd = new AbortController().signal;
    let isCutOff = false;
    const replaced = before.then(async () => {
      stopIfAborted(signal);
      const database = await this.#openDatabase();
      const old = alongside && (await database.backup(signal));
      // Forgotten first: should the database be lost meanwhile, nobody knows which one is there.
      this.#migrated = undefined;
      await database.restore(file, toTheEnd);
      isCutOff = true;
      if (!alongside || !old) return;
      try {
        await alongside();
      } catch (thrown) {
        await database.restore(old, toTheEnd);
        throw thrown;
      }
    });
    const renew = () => {
      // Its ports are cut off, and it remembers what the old database held (sessions, tables).
      this.#retire();
      return this.#renew(NOTHING_SAVED);
    };
    const renewed = replaced.then(
      renew,
      // If nothing was replaced, the old database is there, and the old sandbox with it.
      () => (isCutOff ? renew() : before),
    );
    this.#state = renewed;
    await replaced;
    await renewed;
  }

  /** The code's port to the database is dead, and what it had under way has failed: both begin anew. */
  #lost(error: PeerServerError, forget: () => void): void {
    forget();
    if (this.#stop.signal.aborted) return;
    this.#options.onLog({
      at: this.#now(),
      level: 'error',
      source: 'database',
      text: `The database stopped (${error.message}) and is started again. What it had confirmed is kept.`,
    });
    const before = this.#state;
    this.#state = before.then((last) => {
      if (this.#stop.signal.aborted) return last;
      this.#retire();
      return this.#renew(NOTHING_SAVED);
    });
  }

  close(): Promise<void> {
    this.#closing ??= (async () => {
      this.#unsubscribe();
      this.#stop.abort();
      this.#saving?.begin();
      await this.#state;
      this.#sandbox?.close();
      await this.#options.compiler.close();
      // One that could not be opened need not be closed.
      const database = await this.#database?.catch(() => undefined);
      await database?.close();
    })();
    return this.#closing;
  }

  async #handle(
    request: HostRequest,
    choose: (site: CompiledSite, request: HostRequest) => Run | undefined,
  ): Promise<HostResponse | undefined> {
    const state = await this.#state;
    switch (state.kind) {
      case 'static':
        return undefined;
      case 'running': {
        const run = choose(state.site, request);
        return run && state.sandbox.handle(request, run);
      }
      case 'broken':
        // Files are answered all the same: this is what is left to the code of the site.
        return choose === serverOf ? errorPage(request, BROKEN, this.#development) : undefined;
    }
  }

  /** A save: what comes after it is answered by the new code, after a moment for the next save. */
  #changed(paths: readonly string[]): void {
    const code = paths.filter((path) => !path.startsWith(PUBLIC_FOLDER));
    if (code.length === 0) return;
    if (this.#saving) {
      for (const path of code) this.#saving.paths.add(path);
      return;
    }
    const { clock, onLive } = this.#options;
    const before = this.#state;
    const began = clock.now();
    const saved = new Set(code);
    this.#state = new Promise<void>((resolve) => {
      const cancel = clock.schedule(DEBOUNCE_MS, () => this.#saving?.begin());
      const begin = () => {
        cancel();
        this.#saving = undefined;
        resolve();
      };
      this.#saving = { begin, paths: saved };
    }).then(async () => {
      const last = await before;
      if (this.#stop.signal.aborted) return last;
      const ranBefore = this.#running;
      const state = await this.#renew(saved);
      const right = [...saved].filter((path) => !this.#codeNews.isWrong(path));
      if (state.kind === 'running' && this.#running !== ranBefore && right.length > 0) {
        onLive?.({ paths: right, ms: clock.now() - began });
      }
      return state;
    });
  }

  /** Compiles the files as they are now and runs what comes of it. Never rejects. */
  async #renew(saved: ReadonlySet<string>): Promise<State> {
    try {
      const renewed = await this.#compileAndRun(saved);
      if (renewed.kind !== 'running') this.#retire();
      return renewed;
    } catch (thrown) {
      this.#retire();
      if (!this.#stop.signal.aborted) this.#report(asPeerServerError(thrown, 'host-failed'));
      return { kind: 'broken' };
    }
  }

  async #compileAndRun(saved: ReadonlySet<string>): Promise<State> {
    const { files, compiler } = this.#options;
    const { signal } = this.#stop;
    const paths = await files.list(signal);
    if (!paths.includes(SETTINGS_FILE)) return { kind: 'static' };
    const settings = await this.#readSettings(saved, paths);
    if (!settings) return { kind: 'broken' };
    this.#development = settings.development;
    const { packagesFrom } = settings;
    // Opened while the code is compiled: the first visitor waits for both. A failure is told where it is awaited.
    if (findSiteParts(new Set(paths), 0)) this.#openDatabase().catch(() => undefined);
    const site = await compiler.compile(files, { packagesFrom, signal });
    if (!site) {
      await this.#migrateWithoutCode(saved, paths);
      return { kind: 'static' };
    }
    this.#tell(this.#codeNews, site.problems, saved, paths);
    const database = await this.#openDatabase();
    await this.#migrate(database, saved, paths);
    signal.throwIfAborted();
    return { kind: 'running', site, sandbox: this.#run(site, settings, database) };
  }

  /** Undefined when they cannot be read; the author is told why. */
  async #readSettings(
    saved: ReadonlySet<string>,
    paths: readonly string[],
  ): Promise<ProjectSettings | undefined> {
    const text = await this.#options.files.readText(SETTINGS_FILE, this.#stop.signal);
    // A file that has just been made is no settings yet; what it must say at least has defaults.
    if (text.trim() === '') {
      this.#tell(this.#settingsNews, [], saved, paths);
      return DEFAULT_SETTINGS;
    }
    const parsed = parseSettings(text, this.#now());
    const entries = parsed.ok ? parsed.warnings : parsed.problems;
    this.#tell(this.#settingsNews, entries, saved, paths);
    return parsed.ok ? parsed.settings : undefined;
  }

  /** The author begins with tables. What goes wrong with them is told, and keeps no visitor from the files. */
  async #migrateWithoutCode(saved: ReadonlySet<string>, paths: readonly string[]): Promise<void> {
    if (!paths.some((path) => MIGRATION.test(path))) return;
    try {
      await this.#migrate(await this.#openDatabase(), saved, paths);
    } catch (thrown) {
      if (this.#stop.signal.aborted) return;
      const { message } = asPeerServerError(thrown, 'storage-failed');
      const text = `The migrations could not be applied: ${message}`;
      this.#options.onLog({ at: this.#now(), level: 'error', source: 'database', text });
    }
  }

  async #migrate(
    database: SiteDatabase,
    saved: ReadonlySet<string>,
    paths: readonly string[],
  ): Promise<void> {
    const { files } = this.#options;
    const { signal } = this.#stop;
    const migrations = await Promise.all(
      paths
        .filter((path) => MIGRATION.test(path))
        .map(async (path) => ({ path, text: await files.readText(path, signal) })),
    );
    const known = JSON.stringify(migrations);
    if (known === this.#migrated) return;
    const report = await database.migrate(migrations, signal);
    const at = this.#now();
    const entries = report.entries.map((entry) => ({ at, ...entry }));
    this.#tell(this.#migrationNews, entries, saved, paths);
    // One that failed is tried again after the next save, whatever it is of.
    this.#migrated = report.ok ? known : undefined;
  }

  #run(site: CompiledSite, settings: ProjectSettings, database: SiteDatabase): SiteSandbox {
    const key = site.hash + JSON.stringify(settings);
    if (this.#sandbox && this.#running === key) return this.#sandbox;
    this.#running = key;
    if (this.#sandbox) {
      this.#sandbox.update(site, settings);
      return this.#sandbox;
    }
    const { staticFiles, createSandbox, clock, scheme, onLog } = this.#options;
    this.#sandbox = new SiteSandbox(site, settings, {
      create: createSandbox,
      assets: dispatch([staticFiles]),
      connectDatabase: () => database.connect(),
      clock,
      now: this.#now,
      scheme,
      onLog,
    });
    return this.#sandbox;
  }

  /** Nothing is left to run. */
  #retire(): void {
    this.#sandbox?.close();
    this.#sandbox = undefined;
    this.#running = undefined;
  }

  #tell(
    news: ProblemNews,
    problems: readonly SiteLogEntry[],
    saved: ReadonlySet<string>,
    paths: readonly string[],
  ): void {
    const entries = news.next(problems, saved, paths, this.#now());
    for (const entry of entries) this.#options.onLog(entry);
  }

  #report(error: PeerServerError): void {
    this.#options.onLog({
      at: this.#now(),
      level: 'error',
      source: 'compile',
      text: `The site's code cannot be run: ${error.message}`,
    });
  }
}

function stopIfAborted(signal: AbortSignal): void {
  if (!signal.aborted) return;
  throw new PeerServerError('cancelled', 'This was given up.', { cause: signal.reason });
}

function routeOf(site: CompiledSite, request: HostRequest): Run | undefined {
  const [pathname = '/'] = request.target.split('?', 1);
  const match = site.routes.match(pathname);
  return match && { kind: 'route', file: match.file, params: match.params };
}

function serverOf(site: CompiledSite): Run | undefined {
  return site.hasServer ? { kind: 'server' } : undefined;
}

const BROKEN = {
  status: 500,
  title: 'This page has an error',
  text: 'Something in this page went wrong. Its author has been told.',
} as const;
