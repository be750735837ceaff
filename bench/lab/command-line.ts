import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { projectRoot } from '../project-root.ts';

/** Lines of stderr kept to explain a failure. */
const KEPT_LINES = 20;

/** A running command of PeerServer's own command line. */
export interface RunningCommand {
  /** The first line it printed: its address. */
  readonly address: string;
  stop(): Promise<void>;
}

/** The command line of this checkout's build. */
export const ownProgram = `${projectRoot}/dist/cli/peerserver.mjs`;

/**
 * Runs `peerserver` with `args` until it has printed its address. Rejects, with what it said, when it ends
 * before.
 * @param program path of the built command line
 */
export async function runPeerServer(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  program = ownProgram,
): Promise<RunningCommand> {
  const child = spawn(process.execPath, [program, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: string[] = [];
  createInterface(child.stderr).on('line', (line) => {
    said.push(line);
    if (said.length > KEPT_LINES) said.shift();
  });
  const ended = once(child, 'exit').then(() => {
    throw new Error(`"peerserver ${args.join(' ')}" ended by itself.\n${said.join('\n')}`);
  });
  // Once it runs, nobody waits for its end but `stop`.
  ended.catch(() => undefined);
  const lines = createInterface(child.stdout);
  const [address] = (await Promise.race([once(lines, 'line'), ended])) as [string];
  return { address, stop: () => stop(child) };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}
