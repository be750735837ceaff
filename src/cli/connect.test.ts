import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bodyOfBytes } from '../protocol/body-streams.ts';
import { PeerServerError } from '../protocol/errors.ts';
import { generateKeyPair, identityFromKeyPair } from '../protocol/identity.ts';
import { listen } from '../signaling/listen.ts';
import { HostKeyChangedError } from '../visitor/connect-site.ts';
import { createLocalServer } from '../visitor/local-port/node-local-server.ts';
import type { SiteState } from '../visitor/site-connection.ts';
import { type ConnectParts, type ConnectPlan, connect } from './connect.ts';
import { type TestTerminal, testTerminal } from './testing/test-terminal.ts';

const URL_OF_SITE = new URL('http://localhost:8890/connect/garden/page?a');
const CONNECTED: SiteState = { kind: 'connected' };
const AWAY = new PeerServerError('host-away', 'The host is away.');

describe('peerserver connect', () => {
  let folder: string;
  let terminal: TestTerminal;
  let plan: ConnectPlan;
  /** Tells the command what became of the connection. */
  let tell: (state: SiteState) => void;
  let starts: number;
  let parts: ConnectParts;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'peerserver-connect-'));
    terminal = testTerminal();
    const identity = await identityFromKeyPair(await generateKeyPair());
    plan = { identity, knownHosts: join(folder, 'known-hosts.json') };
    starts = 0;
    tell = () => {};
    parts = {
      async keepVisiting({ onState }) {
        tell = onState;
        queueMicrotask(() => tell(CONNECTED));
        return {
          origin: 'http://garden.localhost:8890',
          target: '/page?a',
          connection: {
            async request(head) {
              const text = new TextEncoder().encode(`${head.method} ${head.target}`);
              const body = { ...bodyOfBytes(text), takeComplete: () => undefined };
              return { status: 200, headers: [], body };
            },
            openSocket: () => Promise.reject(AWAY),
            start() {
              starts += 1;
            },
          },
        };
      },
      createLocalServer,
      listen,
    };
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  const run = (): Promise<void> => connect(URL_OF_SITE, plan, terminal, parts);

  /** Fails `run` instead of connecting. */
  function failWith(state: SiteState): void {
    const { keepVisiting } = parts;
    parts = {
      ...parts,
      async keepVisiting(options) {
        queueMicrotask(() => options.onState(state));
        return keepVisiting({ ...options, onState: () => {} });
      },
    };
  }

  it('prints the local address of what was asked for, answers there on both loopbacks, logs, and ends', async () => {
    const running = run();
    const address = await terminal.firstLine;
    expect(address).toMatch(/^http:\/\/localhost:\d+\/page\?a$/);
    const { port } = new URL(address);
    for (const host of ['localhost', '127.0.0.1', '[::1]']) {
      const response = await fetch(`http://${host}:${port}/x`);
      expect(await response.text()).toBe('GET /x');
    }
    terminal.interrupt();
    await running;
    expect(terminal.output()).toBe(`${address}\n`);
    const lines = terminal.errors().split('\n');
    expect(lines).toHaveLength(4);
    expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d {2}GET \/x {2}200 {2}6 B {2}\d+ ms$/);
    await expect(fetch(`http://localhost:${port}/`)).rejects.toThrow();
  });

  it('leaves requests out with --quiet, but no trouble', async () => {
    plan = { ...plan, quiet: true };
    const running = run();
    const { origin } = new URL(await terminal.firstLine);
    await (await fetch(origin)).text();
    tell({ kind: 'waiting', error: AWAY, retryInMs: 1900 });
    tell(CONNECTED);
    terminal.interrupt();
    await running;
    expect(terminal.errors()).toMatch(
      /^\S+ {2}not connected: The host is away\. Trying again in 2 s\.\n\S+ {2}connected again\n$/,
    );
  });

  it('does not ask people to do what it does itself', async () => {
    const running = run();
    await terminal.firstLine;
    const error = new PeerServerError('host-away', 'The host is not online now. Try again later.');
    tell({ kind: 'waiting', error, retryInMs: 1900 });
    terminal.interrupt();
    await running;
    expect(terminal.errors()).toMatch(
      /not connected: The host is not online now\. Trying again in 2 s\.\n$/,
    );
  });

  it('fails when the first attempt to connect does, and prints no address', async () => {
    failWith({ kind: 'waiting', error: AWAY, retryInMs: 100 });
    await expect(run()).rejects.toBe(AWAY);
    expect(terminal.output()).toBe('');
  });

  it('says which file holds the key that has changed', async () => {
    failWith({ kind: 'stopped', error: new HostKeyChangedError('old', 'new') });
    await expect(run()).rejects.toThrow(`remove the site's line from ${plan.knownHosts}`);
  });

  it('ends with an error when another key answers under the name later', async () => {
    const running = run();
    await terminal.firstLine;
    tell({ kind: 'stopped', error: new HostKeyChangedError('old', 'new') });
    await expect(running).rejects.toMatchObject({ code: 'identity-mismatch' });
  });

  it('goes on when the name is unknown for a while: its host may be starting anew', async () => {
    const running = run();
    await terminal.firstLine;
    const error = new PeerServerError('no-such-site', 'There is no such site.');
    tell({ kind: 'stopped', error });
    expect(terminal.errors()).toContain(
      'not connected: There is no such site. Trying again in 5 s.',
    );
    terminal.interrupt();
    await running;
    expect(starts).toBe(0);
  });

  it('says so when its port is taken', async () => {
    const running = run();
    const port = Number(new URL(await terminal.firstLine).port);
    await expect(connect(URL_OF_SITE, { ...plan, port }, terminal, parts)).rejects.toThrow(
      `Port ${port} is in use by another program. Choose another with --port`,
    );
    terminal.interrupt();
    await running;
  });

  it('ends at once when it is interrupted while it connects', async () => {
    parts = {
      ...parts,
      keepVisiting: ({ signal }) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason));
        }),
    };
    const running = run();
    terminal.interrupt();
    await running;
    expect(terminal.output()).toBe('');
  });
});
