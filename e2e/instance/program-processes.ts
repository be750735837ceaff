/** Programs in processes of their own, so that their memory can be measured and curl is the real one. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Instance } from './instance.ts';
import { type WhenDone, whenTestIsDone } from './until.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CLI = join(ROOT, 'dist/cli/peerserver.mjs');

export interface RunningProgram {
  /** The first line that it printed. */
  readonly firstLine: string;
  readonly pid: number;
  /** What it has said on stderr so far. */
  log(): string;
  /** Ends it as Ctrl-C does; resolves with its exit code. */
  stop(): Promise<number | null>;
}

/**
 * `peerserver connect URL` in a process of its own; its first line is the local address.
 * @param options.port a fixed one, for a port that has to come back
 */
export async function connectLocally(
  url: string,
  options: { readonly port?: number; readonly whenDone?: WhenDone } = {},
): Promise<RunningProgram & { readonly origin: string }> {
  const { port = 0, whenDone = whenTestIsDone } = options;
  const folder = await mkdtemp(join(tmpdir(), 'peerserver-connect-'));
  whenDone(() => rm(folder, { recursive: true, force: true }));
  const known = join(folder, 'known-hosts.json');
  const args = [CLI, 'connect', url, '--known-hosts', known, '--port', String(port)];
  const program = await run(args, whenDone);
  return { ...program, origin: new URL(program.firstLine).origin };
}

/**
 * A host whose handler is in a module of its own, which calls `runHostProgram`; resolves when visitors can come.
 * @param entry of the module, e.g. `e2e/fixtures/program-site.ts`
 */
export async function hostProgram(
  instance: Pick<Instance, 'signalUrl'>,
  options: { readonly name: string; readonly entry: string; readonly whenDone?: WhenDone },
): Promise<RunningProgram> {
  const { name, entry, whenDone = whenTestIsDone } = options;
  // Inside the project, where its packages are found.
  const folder = join(ROOT, 'dist', 'e2e');
  const outfile = join(folder, `${basename(entry, '.ts')}-${process.pid}.mjs`);
  await mkdir(folder, { recursive: true });
  whenDone(() => rm(outfile, { force: true }));
  await build({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    outfile,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'error',
  });
  return run([outfile, name, instance.signalUrl], whenDone);
}

async function run(args: readonly string[], whenDone: WhenDone): Promise<RunningProgram> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  child.stderr.on('data', (text) => {
    log += text;
  });
  const stop = () => end(child);
  whenDone(async () => {
    await stop();
  });
  const printed = once(createInterface(child.stdout), 'line').then(([line]) => String(line));
  const failed = once(child, 'exit').then(([code]): never => {
    throw new Error(`The program ended with exit code ${code}.\n${log}`);
  });
  // Later on its end is what a test asks for.
  failed.catch(() => undefined);
  const firstLine = await Promise.race([printed, failed]);
  return { firstLine, pid: child.pid ?? Number.NaN, log: () => log, stop };
}

async function end(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const exited = once(child, 'exit');
  child.kill('SIGINT');
  const [code] = await exited;
  return code;
}

export interface CurlResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningCurl {
  readonly finished: Promise<CurlResult>;
  /** What it has printed so far. */
  output(): string;
  kill(): void;
}

/** Starts curl, without a progress meter and without the settings of whoever runs the tests. */
export function startCurl(...args: readonly string[]): RunningCurl {
  const child = spawn('curl', ['-q', '-sS', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', (chunk) => out.push(chunk));
  child.stderr.on('data', (chunk) => err.push(chunk));
  const text = (chunks: readonly Buffer[]): string => Buffer.concat(chunks).toString();
  return {
    finished: once(child, 'close').then(([code]) => ({
      code,
      stdout: text(out),
      stderr: text(err),
    })),
    output: () => text(out),
    kill: () => child.kill('SIGKILL'),
  };
}

/** Runs curl to its end. */
export function curl(...args: readonly string[]): Promise<CurlResult> {
  return startCurl(...args).finished;
}
