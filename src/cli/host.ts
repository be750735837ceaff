import { basename, join, resolve } from 'node:path';
import { Command } from 'commander';
import { pointerUrl, SIGNAL_PATH } from '../address/address.ts';
import { mendName, parseSiteName, type SiteName, suggestName } from '../address/site-name.ts';
import type { CookieStorage } from '../host/cookies/jar-file.ts';
import type { SiteFiles } from '../host/files.ts';
import type { ServeEvent } from '../host/serve-event.ts';
import { PeerServerError } from '../protocol/errors.ts';
import type { RequestHandler } from '../protocol/http-message.ts';
import { generateKeyPair, type Identity, identityFromKeyPair } from '../protocol/identity.ts';
import { HostLog } from './host-log.ts';
import { parseOrigin } from './option-parsers.ts';
import type { Finish } from './program.ts';
import { hint, printable, say, type Terminal } from './terminal.ts';

/** How often another name is tried when the one that we made up ourselves is taken. */
const NAME_ATTEMPTS = 5;

export interface HostOptions {
  readonly name?: string;
  readonly server: URL;
  readonly quiet?: true;
  readonly verbose?: true;
}

/** Serves one site until the signal aborts; the platform's WebRTC and WebSocket are wired in already. */
export type Serve = (options: {
  readonly name: SiteName;
  readonly identity: Identity;
  readonly handler: RequestHandler;
  readonly signalUrl: string;
  /** Keeps visitors' cookies beyond the end. */
  readonly cookieStorage?: CookieStorage;
  /** Give the name back at the end. */
  readonly releaseName: boolean;
  readonly signal: AbortSignal;
  readonly onEvent: (event: ServeEvent) => void;
}) => Promise<void>;

/** `peerserver host`: a folder as a site. */
export function hostCommand(terminal: Terminal, finish: Finish): Command {
  return new Command('host')
    .description('serve a folder as a site')
    .argument('<dir>', 'folder with the files of the site')
    .option('-n, --name <name>', 'name of the site (default: one is made up)')
    .option('-s, --server <url>', 'signaling server', parseOrigin, new URL('http://localhost:8890'))
    .option(
      '--identity <file>',
      "file with the site's key; made if there is none, and visitors' cookies are kept beside it (default: a fresh key)",
    )
    .option('-q, --quiet', 'do not log requests')
    .option('-v, --verbose', 'print errors with their stacks')
    .addHelpText(
      'after',
      `
A folder with a peerserver.json is a project: its routes, its server.ts and its templates run in a thread of
this program, with the rights of whoever started it. That is no security boundary: host only projects that
you trust. The project's database is in .peerserver/ in its folder.
Prints the address for visitors on a line of its own as soon as they can come, and logs to stderr.
Lost connections are restored. Ctrl-C stops it.
A name stays with the key that took it: to have it back another day, keep the key with --identity.`,
    )
    .action(async (dir: string, options: HostOptions & { readonly identity?: string }) => {
      const [{ openSite }, { identityFromFile }, { cookieFile }, serve] = await Promise.all([
        import('../host/node/open-site.ts'),
        import('../host/node/identity-file.ts'),
        import('../host/node/cookie-file.ts'),
        nodeServe(),
      ]);
      const log = new HostLog(terminal, options.quiet ?? false);
      const site = await openSite({
        directory: dir,
        // Beside the built command line.
        programs: new URL('./', import.meta.url),
        scheme: options.server.protocol === 'https:' ? 'https' : 'http',
        onLog: (entry) => log.event({ kind: 'site-log', entry }),
        onLive: (change) => log.saved(change),
        signal: terminal.signal,
      });
      const { handler } = site;
      const identity =
        options.identity === undefined
          ? await identityFromKeyPair(await generateKeyPair())
          : await identityFromFile(options.identity);
      const { identity: path } = options;
      const identityIsKept = path !== undefined;
      // Who has kept a session comes back to the same name and key.
      const cookieStorage = (name: SiteName) =>
        path === undefined ? undefined : cookieFile(`${path}.${name}.cookies`);
      const warning = await missingStartPage(site.files, dir);
      const plan = { ...options, dir, identity, identityIsKept, handler, cookieStorage, warning };
      try {
        await host(plan, terminal, serve);
      } finally {
        await site.close();
      }
      finish(0);
    });
}

/** The site works without one; but whoever opens its address gets 404, which is rarely meant. */
export async function missingStartPage(files: SiteFiles, dir: string): Promise<string | undefined> {
  const { startPage } = await import('../host/static-files.ts');
  const path = await startPage(files);
  // In a project the code may answer there.
  if (path !== 'index.html' || (await files.has(path))) return undefined;
  const place = printable(join(dir, path));
  return `There is no ${place}: the site's address itself is answered with 404.`;
}

async function nodeServe(): Promise<Serve> {
  const [{ serveSite }, { createNodePeer }, { WebSocket }] = await Promise.all([
    import('../host/serve.ts'),
    import('../link/node-peer.ts'),
    import('ws'),
  ]);
  return (options) =>
    serveSite({
      ...options,
      createPeer: createNodePeer,
      // Node 20 has no WebSocket of its own.
      createSocket: (url) => new WebSocket(url),
    });
}

/** What `host` needs once the command line is read. */
export interface HostPlan extends HostOptions {
  readonly dir: string;
  readonly identity: Identity;
  /** The identity lives in a file and will come back; otherwise the name is given back at the end. */
  readonly identityIsKept: boolean;
  /** Where the cookies of a site's visitors are kept; undefined: they end with the host. */
  readonly cookieStorage?: (name: SiteName) => CookieStorage | undefined;
  readonly handler: RequestHandler;
  /** To be told beside the address, one sentence. */
  readonly warning?: string | undefined;
}

/**
 * Serves until the terminal's signal aborts.
 * @throws PeerServerError `name-refused`; `signaling-failed` when the server cannot be reached at the very
 *   start (later it is tried again and again)
 */
export async function host(plan: HostPlan, terminal: Terminal, serve: Serve): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const name = chooseName(plan);
    const serving = new Serving(name, plan, terminal);
    try {
      await serving.run(serve);
      return;
    } catch (error) {
      const isTaken = isNameRefused(error) && !serving.wasOnline;
      if (!isTaken) throw error;
      if (plan.name === undefined && attempt < NAME_ATTEMPTS) continue;
      throw withSuggestion(error, name);
    }
  }
}

function chooseName({ name, dir }: HostPlan): SiteName {
  if (name === undefined) return suggestName(basename(resolve(dir)), Math.random());
  const parsed = parseSiteName(name);
  if (parsed.ok) return parsed.name;
  throw withSuggestion(new PeerServerError('name-refused', parsed.message), name, mendName(name));
}

function withSuggestion(
  error: PeerServerError,
  name: string,
  suggestion = suggestName(name, Math.random()),
): PeerServerError {
  return new PeerServerError(error.code, `${error.message} Try --name ${suggestion}.`, {
    cause: error,
  });
}

function isNameRefused(error: unknown): error is PeerServerError {
  return error instanceof PeerServerError && error.code === 'name-refused';
}

/** One attempt to serve under one name. */
class Serving {
  wasOnline = false;
  readonly #name: SiteName;
  readonly #plan: HostPlan;
  readonly #terminal: Terminal;
  readonly #log: HostLog;
  /** Aborts when the very first connection to the signaling server fails. */
  readonly #unreachable = new AbortController();

  constructor(name: SiteName, plan: HostPlan, terminal: Terminal) {
    this.#name = name;
    this.#plan = plan;
    this.#terminal = terminal;
    this.#log = new HostLog(terminal, plan.quiet ?? false);
  }

  async run(serve: Serve): Promise<void> {
    const { server, identity, identityIsKept, handler } = this.#plan;
    const stopped = this.#terminal.signal;
    const unreachable = this.#unreachable.signal;
    const cookieStorage = this.#plan.cookieStorage?.(this.#name);
    // By hand, since Node 20 may collect what `AbortSignal.any` gives before it aborts.
    const ending = new AbortController();
    const end = (): void => ending.abort();
    for (const signal of [stopped, unreachable]) {
      signal.addEventListener('abort', end, { once: true });
      if (signal.aborted) end();
    }
    try {
      await serve({
        name: this.#name,
        identity,
        handler,
        signalUrl: new URL(SIGNAL_PATH, server.origin.replace(/^http/, 'ws')).href,
        releaseName: !identityIsKept,
        ...(cookieStorage ? { cookieStorage } : {}),
        signal: ending.signal,
        onEvent: (event) => this.#event(event),
      });
    } catch (error) {
      // How `serve` ends when it is stopped is its own business; why it was stopped is ours.
      if (!stopped.aborted && !unreachable.aborted) throw error;
    } finally {
      stopped.removeEventListener('abort', end);
    }
    if (!stopped.aborted) unreachable.throwIfAborted();
  }

  #event(event: ServeEvent): void {
    // The end of a connection is news unless it was asked for.
    if (this.#terminal.signal.aborted) return;
    this.#log.event(event);
    if (event.kind !== 'signaling' || this.wasOnline) return;
    const { server, warning } = this.#plan;
    if (event.state === 'online') {
      this.wasOnline = true;
      const deployment = { appOrigin: server.origin, sitesDomain: server.host };
      this.#terminal.stdout.write(`${pointerUrl(this.#name, deployment)}\n`);
      if (warning !== undefined) say(this.#terminal, `peerserver: ${warning}`);
      hint(this.#terminal, 'Open it in a browser, here or elsewhere. Ctrl-C stops it.');
    }
    // A refused name is told by a rejection of its own.
    if (event.state === 'offline' && event.error?.code !== 'name-refused') {
      this.#unreachable.abort(unreachableError(server, event.error));
    }
  }
}

function unreachableError(server: URL, cause: PeerServerError | undefined): PeerServerError {
  return new PeerServerError(
    'signaling-failed',
    `There is no connection to the signaling server at ${server.origin}. Start one with "peerserver start", or give another with --server.`,
    { cause },
  );
}
