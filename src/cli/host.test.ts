import { describe, expect, it } from 'vitest';
import type { ServeEvent } from '../host/serve-event.ts';
import { PeerServerError } from '../protocol/errors.ts';
import { generateKeyPair, identityFromKeyPair } from '../protocol/identity.ts';
import { type HostPlan, host, missingStartPage, type Serve } from './host.ts';
import { testTerminal } from './testing/test-terminal.ts';

const plan: HostPlan = {
  dir: '/srv/garden-site',
  name: 'garden',
  server: new URL('http://localhost:8890'),
  identity: await identityFromKeyPair(await generateKeyPair()),
  identityIsKept: false,
  handler: async () => ({ status: 204, headers: [], body: null }),
};

const ONLINE: ServeEvent = { kind: 'signaling', state: 'online' };

function offline(code: 'signaling-failed' | 'name-refused'): ServeEvent {
  const error = new PeerServerError(code, 'It is not there.');
  return { kind: 'signaling', state: 'offline', retryInMs: 1500, error };
}

function until(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve());
  });
}

/** Serves as told by `events`, then waits to be stopped. */
function serveWith(...events: readonly ServeEvent[]): Serve {
  return async ({ onEvent, signal }) => {
    for (const event of events) onEvent(event);
    await until(signal);
  };
}

describe('peerserver host', () => {
  it('prints the address alone on a line, once, when visitors can come', async () => {
    const terminal = testTerminal();
    const serve = serveWith(
      { kind: 'signaling', state: 'connecting' },
      ONLINE,
      offline('signaling-failed'),
      ONLINE,
    );
    const done = host(plan, terminal, serve);
    expect(await terminal.firstLine).toBe('http://localhost:8890/connect/garden/');
    terminal.interrupt();
    await done;
    expect(terminal.output()).toBe('http://localhost:8890/connect/garden/\n');
    expect(terminal.errors()).toMatch(
      /offline: It is not there\. Trying again in 2 s\.\n.*online again\n$/,
    );
  });

  it('logs each request in one line, and nothing that could steer the terminal', async () => {
    const terminal = testTerminal();
    const request: ServeEvent = {
      kind: 'request',
      connectionId: 'abcdefgh',
      visitorKey: 'key',
      startedAt: 0,
      requestHeaders: [],
      responseHeaders: [],
      method: 'GET',
      target: '/a\u001b[2J\nb',
      status: 200,
      bytes: 2048,
      ms: 3.4,
    };
    const done = host(plan, terminal, serveWith(ONLINE, request));
    await terminal.firstLine;
    terminal.interrupt();
    await done;
    expect(terminal.errors()).toMatch(
      /^\d\d:\d\d:\d\d {2}GET \/a\?\[2J b {2}200 {2}2\.0 KiB {2}3 ms {2}abcdef\n$/,
    );
  });

  it('prints what the site says with its place and what belongs to it, in printable lines', async () => {
    const terminal = testTerminal();
    const entry: ServeEvent = {
      kind: 'site-log',
      entry: {
        at: 0,
        level: 'error',
        source: 'handler',
        text: 'itmes is not\u001b[2J defined',
        hint: 'Did you mean "items"?',
        place: { file: 'routes/index.ts', line: 3, column: 9, lineText: '  return itmes;' },
        stack: 'rows (routes/index.ts:3:9)\nGET (routes/index.ts:7:3)',
        request: 'GET /',
      },
    };
    const done = host(plan, terminal, serveWith(ONLINE, entry));
    await terminal.firstLine;
    terminal.interrupt();
    await done;
    const [first, ...more] = terminal.errors().trimEnd().split('\n');
    expect(first).toMatch(/ error {2}routes\/index\.ts:3:9 {2}itmes is not\?\[2J defined$/);
    expect(more.map((line) => line.trim())).toEqual([
      'return itmes;',
      'Did you mean "items"?',
      'at GET (routes/index.ts:7:3)',
      'in GET /',
    ]);
  });

  it('logs no requests with --quiet, but trouble', async () => {
    const terminal = testTerminal();
    const left: ServeEvent = { kind: 'visitor-left', connectionId: 'abcdefgh' };
    const serve = serveWith(ONLINE, left, offline('signaling-failed'));
    const done = host({ ...plan, quiet: true }, terminal, serve);
    await terminal.firstLine;
    terminal.interrupt();
    await done;
    expect(terminal.errors()).toContain('offline:');
    expect(terminal.errors()).not.toContain('left');
  });

  it('stops with what to do when the server cannot be reached at the very start', async () => {
    const terminal = testTerminal();
    const done = host(plan, terminal, serveWith(offline('signaling-failed')));
    await expect(done).rejects.toThrow(
      'There is no connection to the signaling server at http://localhost:8890. Start one with',
    );
    expect(terminal.output()).toBe('');
    expect(terminal.errors()).toBe('');
  });

  it('says that a name is taken and suggests another', async () => {
    const serve: Serve = async ({ onEvent }) => {
      onEvent(offline('name-refused'));
      throw new PeerServerError('name-refused', 'This name is taken.');
    };
    await expect(host(plan, testTerminal(), serve)).rejects.toThrow(
      /^This name is taken\. Try --name garden-[a-z]+\.$/,
    );
  });

  it.each([
    'A b!',
    '-x',
    'xn--a',
    'a'.repeat(64),
    'www',
  ])('refuses the name "%s" before it serves', async (name) => {
    const serve: Serve = () => Promise.reject(new Error('must not be called'));
    await expect(host({ ...plan, name }, testTerminal(), serve)).rejects.toThrow(
      /Try --name [a-z]/,
    );
  });

  it.each([
    ['Bad Name!', 'bad-name'],
    ['-x', 'x'],
    ['caf\u00e9 & bar', 'caf-bar'],
  ])('suggests what may have been meant by "%s"', async (name, suggestion) => {
    const serve: Serve = () => Promise.reject(new Error('must not be called'));
    await expect(host({ ...plan, name }, testTerminal(), serve)).rejects.toThrow(
      `Try --name ${suggestion}.`,
    );
  });

  it('knows a folder whose address will be answered with 404', async () => {
    const missing = (...paths: string[]) => {
      const files = {
        has: async (path: string) => paths.includes(path),
        lookup: async () => undefined,
      };
      return missingStartPage(files, 'site');
    };
    expect(await missing('index.html')).toBeUndefined();
    expect(await missing('peerserver.json', 'public/index.html')).toBeUndefined();
    expect(await missing('style.css')).toMatch(/^There is no site[\\/]index\.html: .* 404\.$/);
    // Its routes may answer.
    expect(await missing('peerserver.json', 'index.html')).toBeUndefined();
  });

  it('warns in one line beside the address, once', async () => {
    const terminal = testTerminal();
    const warning = 'There is no index.html.';
    const serve = serveWith(ONLINE, offline('signaling-failed'), ONLINE);
    const done = host({ ...plan, warning }, terminal, serve);
    await terminal.firstLine;
    terminal.interrupt();
    await done;
    expect(terminal.errors()).toMatch(/^peerserver: There is no index\.html\.\n/);
    expect(terminal.errors().match(/index/g)).toHaveLength(1);
  });

  it('tells a person what to do with the address', async () => {
    const terminal = testTerminal({}, true);
    const done = host(plan, terminal, serveWith(ONLINE));
    await terminal.firstLine;
    terminal.interrupt();
    await done;
    expect(terminal.errors()).toBe('Open it in a browser, here or elsewhere. Ctrl-C stops it.\n');
  });

  it('makes up a name from the folder and another when that is taken', async () => {
    const terminal = testTerminal();
    const tried: string[] = [];
    const serve: Serve = async ({ name, onEvent, signal }) => {
      tried.push(name);
      if (tried.length === 1) throw new PeerServerError('name-refused', 'This name is taken.');
      onEvent(ONLINE);
      await until(signal);
    };
    const { name: _name, ...nameless } = plan;
    const done = host(nameless, terminal, serve);
    expect(await terminal.firstLine).toBe(`http://localhost:8890/connect/${tried[1]}/`);
    expect(tried[0]).toMatch(/^garden-site-/);
    terminal.interrupt();
    await done;
  });

  it('ends with an error when another host takes over', async () => {
    const serve: Serve = async ({ onEvent }) => {
      onEvent(ONLINE);
      throw new PeerServerError('name-refused', 'Another program serves this site now.');
    };
    await expect(host(plan, testTerminal(), serve)).rejects.toThrow(
      /^Another program serves this site now\.$/,
    );
  });

  it('gives a name back at the end unless its key is kept', async () => {
    for (const identityIsKept of [true, false]) {
      let released: boolean | undefined;
      const serve: Serve = async ({ releaseName }) => {
        released = releaseName;
      };
      await host({ ...plan, identityIsKept }, testTerminal(), serve);
      expect(released).toBe(!identityIsKept);
    }
  });
});
