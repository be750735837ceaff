import { STATUS_CODES } from 'node:http';
import { Command } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { bodyOfBytes } from '../protocol/body-streams.ts';
import { PeerServerError } from '../protocol/errors.ts';
import {
  type BodyReader,
  type HeaderList,
  headerValue,
  type RequestHead,
  type VisitorResponse,
} from '../protocol/http-message.ts';
import { generateKeyPair, type Identity, identityFromKeyPair } from '../protocol/identity.ts';
import type { VisitorConnection } from '../protocol/visitor-connection.ts';
import { HostKeyChangedError } from '../visitor/connect-site.ts';
import type { HostKeyPins } from '../visitor/node-visitor.ts';
import { KnownHosts } from './known-hosts.ts';
import { collectHeader, parseHttpUrl, parseMethod, parseSeconds } from './option-parsers.ts';
import { fileOutput, isBrokenPipe, type Output, streamOutput } from './output.ts';
import type { Finish } from './program.ts';
import { say, sayError, type Terminal } from './terminal.ts';
import { knownHostsFile } from './user-files.ts';

/** Exit codes beside 0 and 1, with the numbers that curl gives them. */
export const EXIT = {
  /** With --fail: the answer's status is 400 or more. */
  httpError: 22,
  /** The answer began and did not arrive whole. */
  truncated: 18,
  /** The reader of our output went away. */
  brokenPipe: 23,
  /** --timeout passed. */
  timeout: 28,
  /** Ctrl-C; what shells use. */
  interrupted: 130,
} as const;

const AFTER_HELP = `
Exit codes: 0 the whole answer arrived; 18 it was cut short; 22 its status was 400 or more (with --fail);
28 the time was over; 1 anything else. Redirects are not followed.

A host's key is remembered at the first visit, as SSH does. If another key answers later under the same
name, nothing is fetched.`;

export interface GetOptions {
  readonly include?: true;
  readonly output?: string;
  readonly fail?: true;
  readonly request?: string;
  readonly header?: HeaderList;
  readonly data?: string;
  /** Milliseconds. */
  readonly timeout?: number;
  readonly knownHosts: string;
  readonly verbose?: true;
}

/** How `get` reaches a site; tests pass one that needs no network. */
export type VisitSite = (options: {
  readonly url: URL;
  readonly identity: Identity;
  readonly pins: HostKeyPins;
  readonly signal: AbortSignal;
}) => Promise<{
  readonly connection: Pick<VisitorConnection, 'request'>;
  /** Path and query of the address within the site. */
  readonly target: string;
  close(): void | Promise<void>;
}>;

/** How far a fetch has come. */
interface Progress {
  /** Waiting for a piece of the body: an error now means that the answer was cut short. */
  readingBody: boolean;
}

/** `peerserver get`: one address, fetched as a visitor. */
export function getCommand(terminal: Terminal, finish: Finish): Command {
  return new Command('get')
    .description('fetch one address of a site, as a visitor, over a data channel')
    .argument(
      '<url>',
      "a site's address, or the one that people share (…/connect/<name>/…)",
      parseHttpUrl,
    )
    .option('-i, --include', 'print status line and headers before the body')
    .option('-o, --output <file>', 'write to a file, which appears when all of it is there')
    .option('-f, --fail', 'exit with 22 and print no body when the status is 400 or more')
    .option('-X, --request <method>', 'method (default: GET, or POST with --data)', parseMethod)
    .option('-H, --header <header>', 'request header, "Name: value"; repeatable', collectHeader)
    .option('-d, --data <text>', "request's body")
    .option('--timeout <seconds>', 'give up when the answer is not complete by then', parseSeconds)
    .option(
      '--known-hosts <file>',
      'file with the keys of known hosts',
      knownHostsFile(terminal.env),
    )
    .option('-v, --verbose', 'print errors with their stacks')
    .addHelpText('after', AFTER_HELP)
    .action(async (url: URL, options: GetOptions) => {
      const { visitSite } = await import('../visitor/node-visitor.ts');
      finish(await get(url, options, terminal, visitSite));
    });
}

/** A timer's limit, about 25 days: as good as no time limit. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Fetches `url` and writes the answer; what goes wrong is said in one line.
 * @returns the exit code
 */
export async function get(
  url: URL,
  options: GetOptions,
  terminal: Terminal,
  visitSite: VisitSite,
): Promise<number> {
  // By hand, because Node 20 may collect the signals of AbortSignal.timeout and .any before they abort.
  const stop = new AbortController();
  const interrupt = (): void => stop.abort(terminal.signal.reason);
  if (terminal.signal.aborted) interrupt();
  terminal.signal.addEventListener('abort', interrupt, { once: true });
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    stop.abort();
  }, options.timeout ?? LONGEST_TIMER_MS);
  const progress = { readingBody: false };
  try {
    return await fetchInto(url, options, terminal, visitSite, stop.signal, progress);
  } catch (error) {
    if (terminal.signal.aborted) return EXIT.interrupted;
    if (isBrokenPipe(error)) return EXIT.brokenPipe;
    if (late) {
      const seconds = (options.timeout ?? 0) / 1000;
      say(
        terminal,
        `peerserver: No complete answer within ${seconds} s. Give more time with --timeout.`,
      );
      return EXIT.timeout;
    }
    sayError(terminal, explain(error, options, progress), options.verbose);
    return progress.readingBody ? EXIT.truncated : 1;
  } finally {
    clearTimeout(timer);
    terminal.signal.removeEventListener('abort', interrupt);
  }
}

async function fetchInto(
  url: URL,
  options: GetOptions,
  terminal: Terminal,
  visitSite: VisitSite,
  signal: AbortSignal,
  progress: Progress,
): Promise<number> {
  // A key for this one visit: nobody can tell two visits of the command line to be of the same person.
  const identity = await identityFromKeyPair(await generateKeyPair());
  const pins = new KnownHosts(options.knownHosts);
  const visit = await visitSite({ url, identity, pins, signal });
  try {
    const { head, body } = makeRequest(visit.target, options);
    const response = await visit.connection.request(head, body, { signal });
    if (options.fail && response.status >= 400) {
      response.body?.cancel();
      say(terminal, `peerserver: The host answered ${statusText(response.status)}.`);
      return EXIT.httpError;
    }
    try {
      await writeAnswer(response, options, terminal, progress);
    } catch (error) {
      response.body?.cancel(error);
      throw error;
    }
    return 0;
  } finally {
    await visit.close();
  }
}

function makeRequest(
  target: string,
  options: GetOptions,
): { head: RequestHead; body: BodyReader | null } {
  const { data, header = [] } = options;
  const defaults: [string, string][] = [
    ['accept', '*/*'],
    ['user-agent', `peerserver/${manifest.version}`],
  ];
  if (data !== undefined) defaults.push(['content-type', 'application/x-www-form-urlencoded']);
  const method = options.request ?? (data === undefined ? 'GET' : 'POST');
  const unsaid = defaults.filter(([name]) => headerValue(header, name) === undefined);
  return {
    head: { method, target, headers: [...unsaid, ...header] },
    body: data === undefined ? null : bodyOfBytes(new TextEncoder().encode(data)),
  };
}

async function writeAnswer(
  response: VisitorResponse,
  options: GetOptions,
  terminal: Terminal,
  progress: Progress,
): Promise<void> {
  const output =
    options.output === undefined ? streamOutput(terminal.stdout) : await fileOutput(options.output);
  try {
    if (options.include) await output.write(new TextEncoder().encode(printHead(response)));
    await pump(response.body, output, progress);
    await output.finish();
  } catch (error) {
    await output.abandon();
    throw error;
  }
}

/** One piece at a time: the next is asked for when the last one has been taken. */
async function pump(body: BodyReader | null, output: Output, progress: Progress): Promise<void> {
  while (body) {
    progress.readingBody = true;
    const bytes = await body.read();
    progress.readingBody = false;
    if (bytes === null) return;
    await output.write(bytes);
  }
}

/** As HTTP/1.1 writes it, which is what people and programs that read `-i` expect. */
function printHead({ status, headers }: VisitorResponse): string {
  const lines = headers.map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/1.1 ${statusText(status)}`, ...lines, '', ''].join('\r\n');
}

function statusText(status: number): string {
  return `${status} ${STATUS_CODES[status] ?? ''}`.trimEnd();
}

/** Adds what only the command line knows: that the answer had begun, or which file holds the old key. */
function explain(error: unknown, options: GetOptions, progress: Progress): unknown {
  if (!(error instanceof PeerServerError)) return error;
  const again = (message: string) => new PeerServerError(error.code, message, { cause: error });
  if (progress.readingBody) return again(`The answer was cut short: ${error.message}`);
  if (!(error instanceof HostKeyChangedError)) return error;
  return again(
    `${error.message} If you know why, remove the site's line from ${options.knownHosts} and try again.`,
  );
}
