import { fileURLToPath } from 'node:url';
import { Command, Option } from 'commander';
import type { Logger } from 'pino';
import { PeerServerError } from '../protocol/errors.ts';
import { collectIceUrls, parseDomain, parseOrigin, parsePort } from './option-parsers.ts';
import type { Finish } from './program.ts';
import { hint, type Terminal } from './terminal.ts';
import { leasesFile } from './user-files.ts';

/**
 * How long TURN credentials are good for, in seconds. A server tab asks for new ones each time it connects to
 * the signaling server; half a day covers a tab that stays connected over a working day.
 */
const TURN_TTL_SECONDS = 12 * 60 * 60;

interface StartOptions {
  readonly port: number;
  readonly host: string;
  readonly publicUrl?: URL;
  readonly sitesDomain?: string;
  readonly iceServer?: readonly string[];
  readonly turnUrl?: readonly string[];
  readonly turnSecret?: string;
  readonly leases: string;
  readonly trustProxy?: true;
  readonly quiet?: true;
  readonly verbose?: true;
}

/** `peerserver start`: the signaling server with the web app. */
export function startCommand(terminal: Terminal, finish: Finish): Command {
  return new Command('start')
    .description('run the signaling server with the web app, for yourself or for others')
    .addOption(
      new Option('-p, --port <number>', 'port to listen on')
        .env('PORT')
        .default(8890)
        .argParser(parsePort),
    )
    .option('--host <host>', 'address to listen on; 0.0.0.0 for all', 'localhost')
    .option('--public-url <url>', 'address under which people reach it', parseOrigin)
    .option('--sites-domain <domain>', 'domain below which sites get their own hosts', parseDomain)
    .option(
      '--ice-server <url>',
      'STUN server for peers to use; repeatable',
      collectIceUrls('stun', 'stuns'),
    )
    .option(
      '--turn-url <url>',
      'TURN server for peers to use; repeatable',
      collectIceUrls('turn', 'turns'),
    )
    .addOption(
      new Option('--turn-secret <secret>', 'secret shared with the TURN server').env(
        'PEERSERVER_TURN_SECRET',
      ),
    )
    .option('--leases <file>', 'file that keeps who holds which name', leasesFile(terminal.env))
    .option('--trust-proxy', 'behind a reverse proxy: tell clients apart by X-Forwarded-For')
    .option('-q, --quiet', 'log errors only')
    .option('-v, --verbose', 'log more, and errors with their stacks')
    .addHelpText(
      'after',
      `
Prints the web app's address as soon as it answers; logs go to stderr. Ctrl-C stops it.
Names are kept for their holders in the file of leases, for 30 days after they were last online.`,
    )
    .action(async (options: StartOptions) => {
      await start(options, terminal);
      finish(0);
    });
}

/** Serves until the terminal's signal aborts. */
async function start(options: StartOptions, terminal: Terminal): Promise<void> {
  const { startSignalingServer } = await import('../signaling/server.ts');
  const server = await startSignalingServer({
    port: options.port,
    host: options.host,
    ...(options.publicUrl ? { publicUrl: options.publicUrl.origin } : {}),
    ...(options.sitesDomain ? { sitesDomain: options.sitesDomain } : {}),
    // Beside the bundled command line, in the checkout as in the published package.
    assetsDir: fileURLToPath(new URL('../web', import.meta.url)),
    leasesFile: options.leases,
    iceServers: options.iceServer ? [{ urls: options.iceServer }] : [],
    ...turnOptions(options),
    trustProxy: options.trustProxy ?? false,
    logger: await createLogger(options),
    signal: terminal.signal,
  });
  try {
    terminal.stdout.write(`${server.appOrigin}\n`);
    hint(terminal, 'Open it in a browser. Ctrl-C stops it.');
    await aborted(terminal.signal);
  } finally {
    await server.close();
  }
}

function turnOptions({ turnUrl, turnSecret }: StartOptions) {
  if (!turnUrl && !turnSecret) return {};
  if (!turnUrl || !turnSecret) {
    throw new PeerServerError(
      'bad-input',
      'A TURN server needs both --turn-url and --turn-secret (or PEERSERVER_TURN_SECRET).',
    );
  }
  return { turn: { urls: turnUrl, secret: turnSecret, ttlSeconds: TURN_TTL_SECONDS } };
}

async function createLogger({ quiet, verbose }: StartOptions): Promise<Logger> {
  const { pino } = await import('pino');
  // At the usual level a terminal stays calm: only what an operator should look at.
  const level = quiet ? 'error' : verbose ? 'debug' : 'warn';
  return pino({ level, base: null }, pino.destination(2));
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
