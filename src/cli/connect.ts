import type { Server } from 'node:http';
import { Command } from 'commander';
import { PeerServerError } from '../protocol/errors.ts';
import { generateKeyPair, type Identity, identityFromKeyPair } from '../protocol/identity.ts';
import { HostKeyChangedError } from '../visitor/connect-site.ts';
import type { LocalServer, LocalServerOptions } from '../visitor/local-port/node-local-server.ts';
import type { HostKeyPins, LastingVisit } from '../visitor/node-visitor.ts';
import type { SiteState } from '../visitor/site-connection.ts';
import { ConnectLog } from './connect-log.ts';
import { ConnectStates } from './connect-states.ts';
import { KnownHosts } from './known-hosts.ts';
import { parseHttpUrl, parsePort } from './option-parsers.ts';
import type { Finish } from './program.ts';
import { hint, type Terminal } from './terminal.ts';
import { knownHostsFile } from './user-files.ts';

const AFTER_HELP = `
Prints the local address on a line of its own as soon as requests can go through, and logs to stderr.
Lost connections are restored; requests wait for that, 20 s at most. Ctrl-C stops it.

The address stands for the whole site, for any program on this machine: HTTP/1.1 and WebSocket, bodies of
any size in both directions as they come, cookies as the program keeps them. The site sees its own name in
Host (and in Origin and Referer, where the local address stood); a redirect to the site's own address comes
back as one to the local address. All else passes unchanged, but for what concerns one hop only.

A failure before the answer has begun is an answer with the header "peerserver-error": 502 the host failed,
503 it cannot be reached, 504 it took too long, 404 nobody holds the name any more, 413 or 431 it takes no body
or headers so large. What is refused here without asking the site has "peerserver-error: bad-input", with 400,
403, 405, 408, 417, 431, 501 or 505. A failure after the answer has begun cuts the transfer off.

It listens on 127.0.0.1 and ::1 only, and refuses requests that name another host than localhost, 127.0.0.1,
[::1] or the site: web pages could come in under such names. WebSockets, and methods other than GET, HEAD
and OPTIONS, are refused with 403 when a browser says that another site's page asks: by an Origin that is
neither the local address nor the site, or by "Sec-Fetch-Site: cross-site". Programs that send neither are
not concerned. Methods are those that Node knows; CONNECT and TRACE are refused.

A host's key is remembered at the first visit, as SSH does. If another key answers later under the same
name, nothing is sent to it.`;

export interface ConnectOptions {
  /** Any free one if undefined or 0. */
  readonly port?: number;
  readonly knownHosts: string;
  readonly quiet?: true;
  readonly verbose?: true;
}

/** What `connect` works with; tests pass parts that need no network. */
export interface ConnectParts {
  keepVisiting(options: {
    readonly url: URL;
    readonly identity: Identity;
    readonly pins: HostKeyPins;
    readonly signal: AbortSignal;
    readonly onState: (state: SiteState) => void;
  }): Promise<{
    readonly connection: Pick<LastingVisit['connection'], 'request' | 'openSocket' | 'start'>;
    readonly origin: string;
    readonly target: string;
  }>;
  createLocalServer(options: LocalServerOptions): LocalServer;
  /** Puts one server to each loopback address, on one port. */
  listen(
    host: 'localhost',
    port: number,
    createServer: () => Server,
  ): Promise<{ readonly port: number }>;
}

/** `peerserver connect`: a site at a local port. */
export function connectCommand(terminal: Terminal, finish: Finish): Command {
  return new Command('connect')
    .description("bring a site to a local port, for any program's requests")
    .argument(
      '<url>',
      "a site's address, or the one that people share (…/connect/<name>/…)",
      parseHttpUrl,
    )
    .option('-p, --port <number>', 'local port (default: a free one)', parsePort)
    .option(
      '--known-hosts <file>',
      'file with the keys of known hosts',
      knownHostsFile(terminal.env),
    )
    .option(
      '--identity <file>',
      "file with this visitor's key; made if there is none (default: a fresh key)",
    )
    .option('-q, --quiet', 'do not log requests')
    .option('-v, --verbose', 'print errors with their stacks')
    .addHelpText('after', AFTER_HELP)
    .action(async (url: URL, options: ConnectOptions & { readonly identity?: string }) => {
      const [{ keepVisiting }, { createLocalServer }, { listen }, { identityFromFile }] =
        await Promise.all([
          import('../visitor/node-visitor.ts'),
          import('../visitor/local-port/node-local-server.ts'),
          import('../signaling/listen.ts'),
          import('../host/node/identity-file.ts'),
        ]);
      const identity =
        options.identity === undefined
          ? await identityFromKeyPair(await generateKeyPair())
          : await identityFromFile(options.identity);
      const parts = { keepVisiting, createLocalServer, listen };
      await connect(url, { ...options, identity }, terminal, parts);
      finish(0);
    });
}

/** What `connect` needs once the command line is read. */
export interface ConnectPlan extends ConnectOptions {
  readonly identity: Identity;
}

/**
 * Serves the site at a local port until the terminal's signal aborts.
 * @throws PeerServerError why the very first attempt to connect failed, `bad-input` when the port is not to be
 *   had, and later what makes going on useless (`identity-mismatch`, `version-mismatch`)
 */
export async function connect(
  url: URL,
  plan: ConnectPlan,
  terminal: Terminal,
  { keepVisiting, createLocalServer, listen }: ConnectParts,
): Promise<void> {
  const end = new AbortController();
  const servers: LocalServer[] = [];
  const interrupt = (): void => {
    // Once there is a port, its connections end first, so that WebSockets say goodbye on both sides.
    if (servers.length === 0) end.abort(terminal.signal.reason);
  };
  terminal.signal.addEventListener('abort', interrupt, { once: true });
  if (terminal.signal.aborted) interrupt();
  const log = new ConnectLog(terminal, plan.quiet ?? false);
  const states = new ConnectStates(terminal.signal, (state) => log.state(state));
  try {
    const visit = await keepVisiting({
      url,
      identity: plan.identity,
      pins: new KnownHosts(plan.knownHosts),
      signal: end.signal,
      // By the time it is to begin anew, seconds after a connection that stood, `visit` has long been there.
      onState: (state) => states.changed(state, () => visit.connection.start()),
    });
    await states.connected;
    const { port } = await listen('localhost', plan.port ?? 0, () => {
      const local = createLocalServer({
        site: visit.connection,
        siteOrigin: visit.origin,
        onRequest: (event) => log.request(event),
      });
      servers.push(local);
      return local.server;
    });
    terminal.stdout.write(`http://localhost:${port}${visit.target}\n`);
    hint(terminal, 'Any program on this machine can ask it for the site. Ctrl-C stops it.');
    await states.ended;
  } catch (error) {
    if (!terminal.signal.aborted) throw explain(error, plan);
  } finally {
    terminal.signal.removeEventListener('abort', interrupt);
    await Promise.all(servers.map((local) => local.close()));
    end.abort();
  }
}

/** Adds what only the command line knows: which file holds the old key. */
function explain(error: unknown, { knownHosts }: ConnectOptions): unknown {
  if (!(error instanceof HostKeyChangedError)) return error;
  const text = `${error.message} If you know why, remove the site's line from ${knownHosts} and try again.`;
  return new PeerServerError(error.code, text, { cause: error });
}
