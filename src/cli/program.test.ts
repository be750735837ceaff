import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runProgram } from './program.ts';
import { testTerminal } from './testing/test-terminal.ts';

describe('the command line', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'peerserver-cli-'));
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  it.each([['--help'], ['help']])('prints its help with %s', async (...args) => {
    const terminal = testTerminal();
    expect(await runProgram(args, terminal)).toBe(0);
    for (const command of ['start', 'host', 'get', 'connect']) {
      expect(terminal.output()).toContain(command);
    }
    expect(terminal.errors()).toBe('');
  });

  it.each(['start', 'host', 'get', 'connect'])('prints the help of %s', async (command) => {
    const terminal = testTerminal();
    expect(await runProgram([command, '--help'], terminal)).toBe(0);
    expect(terminal.output()).toContain(`Usage: peerserver ${command}`);
  });

  it('prints its version', async () => {
    const terminal = testTerminal();
    expect(await runProgram(['--version'], terminal)).toBe(0);
    expect(terminal.output()).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it.each([
    [['fly'], "unknown command 'fly'"],
    [['fly', '--help'], "unknown command 'fly'"],
    [['help', 'fly'], "unknown command 'fly'"],
    [['get', 'nonsense'], "'nonsense' is no url. Give an address that begins with"],
    [['start', '--port', 'x'], 'A port is a number'],
    [['start', '--prot', '1'], "unknown option '--prot'"],
    [['get'], "missing required argument 'url'"],
    [['host', '.', 'more'], 'too many arguments'],
  ])('answers %j with one line that says where help is', async (args, message) => {
    const terminal = testTerminal();
    expect(await runProgram(args, terminal)).toBe(1);
    expect(terminal.errors()).toContain(message);
    expect(terminal.errors()).toMatch(/^peerserver: [^\n]*--help"\.\n$/);
    expect(terminal.output()).toBe('');
  });

  it('says that a folder to be hosted does not exist', async () => {
    const terminal = testTerminal();
    const missing = join(folder, 'missing');
    expect(await runProgram(['host', missing, '--name', 'garden'], terminal)).toBe(1);
    expect(terminal.errors()).toBe(`peerserver: There is no folder ${missing}. Check the path.\n`);
  });

  it('says that a file is no folder', async () => {
    const terminal = testTerminal();
    const file = join(folder, 'index.html');
    await writeFile(file, '');
    expect(await runProgram(['host', file], terminal)).toBe(1);
    expect(terminal.errors()).toMatch(/^peerserver: .* is a file; give the folder it lies in\.\n$/);
  });

  it.each([
    true,
    false,
  ])('tells a person what to do next, and nobody else: %s', async (isWatched) => {
    const terminal = testTerminal({}, isWatched);
    const leases = join(folder, 'leases.json');
    const done = runProgram(['start', '--port', '0', '--leases', leases], terminal);
    await terminal.firstLine;
    terminal.interrupt();
    await done;
    expect(terminal.errors()).toBe(isWatched ? 'Open it in a browser. Ctrl-C stops it.\n' : '');
  });

  it('starts a server, prints its address when it answers, and ends with 0 when interrupted', async () => {
    const terminal = testTerminal();
    const leases = join(folder, 'leases.json');
    const done = runProgram(['start', '--port', '0', '--quiet', '--leases', leases], terminal);
    const address = await terminal.firstLine;
    expect(address).toMatch(/^http:\/\/localhost:\d+$/);
    expect((await fetch(`${address}/.peerserver/config.json`)).status).toBe(200);
    terminal.interrupt();
    expect(await done).toBe(0);
    await expect(fetch(address)).rejects.toThrow();
  });

  it('says that a port is taken', async () => {
    const occupant = createServer();
    await new Promise<void>((resolve) => occupant.listen(0, '127.0.0.1', resolve));
    const { port } = occupant.address() as { port: number };
    try {
      const terminal = testTerminal();
      const leases = join(folder, 'leases.json');
      expect(await runProgram(['start', '--port', `${port}`, '--leases', leases], terminal)).toBe(
        1,
      );
      expect(terminal.errors()).toMatch(new RegExp(`^peerserver: Port ${port} is in use.*\\n$`));
      expect(terminal.output()).toBe('');
    } finally {
      occupant.close();
    }
  });

  it('wants a TURN secret with a TURN server', async () => {
    const terminal = testTerminal();
    expect(await runProgram(['start', '--turn-url', 'turn:a.example'], terminal)).toBe(1);
    expect(terminal.errors()).toContain('needs both --turn-url and --turn-secret');
  });
});
