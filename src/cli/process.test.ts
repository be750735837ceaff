/** The command as people run it: a process of its own, from a checkout. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const PROGRAM = fileURLToPath(new URL('../../bin/peerserver.mjs', import.meta.url));
/** The first run may have to build. */
const BUILD_TIME_MS = 60_000;

interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

describe('the process', () => {
  let home: string;
  const running = new Set<ChildProcess>();

  const start = (...args: string[]): ChildProcess => {
    const env = { ...process.env, XDG_STATE_HOME: home, XDG_CONFIG_HOME: home, PORT: '' };
    const child = spawn(process.execPath, [PROGRAM, ...args], { env });
    running.add(child);
    child.on('close', () => running.delete(child));
    return child;
  };

  const finish = async (child: ChildProcess): Promise<Finished> => {
    let stdout = '';
    let stderr = '';
    child.stdout?.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr?.on('data', (chunk) => {
      stderr += chunk;
    });
    const [code] = await once(child, 'close');
    return { code, stdout, stderr };
  };

  const firstLine = async (child: ChildProcess): Promise<string> => {
    let text = '';
    for await (const chunk of child.stdout ?? []) {
      text += chunk;
      if (text.includes('\n')) break;
    }
    return text.trimEnd();
  };

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'peerserver-process-'));
    await finish(start('--version'));
  }, BUILD_TIME_MS);

  afterAll(async () => {
    for (const child of running) child.kill('SIGKILL');
    await rm(home, { recursive: true, force: true });
  });

  it('prints its help and exits with 0', async () => {
    const { code, stdout, stderr } = await finish(start('--help'));
    expect(code).toBe(0);
    expect(stdout).toContain('Usage: peerserver');
    expect(stderr).toBe('');
  });

  it('exits with 1 and one line for a folder that does not exist', async () => {
    const missing = join(home, 'missing');
    const { code, stdout, stderr } = await finish(start('host', missing));
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toBe(`peerserver: There is no folder ${missing}. Check the path.\n`);
  });

  it('exits with 1 and one line when the signaling server cannot be reached', async () => {
    // Port 9 (discard) refuses connections wherever this runs.
    const server = 'http://localhost:9';
    const { code, stdout, stderr } = await finish(start('host', home, '--server', server));
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^peerserver: There is no connection to the signaling server [^\n]*\n$/);
  });

  it('serves, refuses a second server on its port, and ends with 0 on Ctrl-C', async () => {
    const server = start('start', '--port', '0');
    const ended = once(server, 'close');
    const address = await firstLine(server);
    expect(address).toMatch(/^http:\/\/localhost:\d+$/);
    expect((await fetch(address)).status).toBe(200);

    const { code, stdout, stderr } = await finish(start('start', '--port', new URL(address).port));
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^peerserver: Port \d+ is in use[^\n]*\n$/);

    server.kill('SIGINT');
    expect(await ended).toEqual([0, null]);
  });
});
