import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { NegotiationMessage } from '../src/link/message-negotiation.ts';
import { createNodePeer } from '../src/link/node-peer.ts';
import {
  BrowserDied,
  type BrowserName,
  type LaunchedBrowser,
  launchBrowser,
} from './browsers/launch.ts';
import { type Command, LinkEnd } from './link-end.ts';

/** In a worker: the lanes and all that uses them. */
type Platform = BrowserName | 'chromium worker' | 'firefox worker' | 'node';

/** One end, wherever it runs. */
interface RemoteEnd {
  call(command: Command, argument?: string | number): Promise<unknown>;
  dispose(): Promise<void>;
}

const BULK_BYTES = 8 * 1024 * 1024;
/** Twenty messages: more than a channel sends within one turn. */
const LAST_WORDS_BYTES = 20 * 65_535;
const PAIRINGS: [host: Platform, visitor: Platform][] = [
  ['chromium', 'chromium'],
  ['chromium', 'firefox'],
  ['firefox', 'chromium'],
  ['firefox', 'firefox'],
  ['node', 'chromium'],
  ['chromium', 'node'],
  ['node', 'firefox'],
  ['firefox', 'node'],
  ['chromium worker', 'chromium worker'],
  ['firefox worker', 'firefox worker'],
];

let server: Server;
let address: string;
/** Two processes of each browser, as host and visitor never share one. */
const browsers = new Map<string, LaunchedBrowser>();
const ends: RemoteEnd[] = [];
/** Messages on their way between the two ends. */
const deliveries: Promise<unknown>[] = [];

beforeAll(async () => {
  const bundle = await build({
    entryPoints: {
      page: fileURLToPath(new URL('link-page.ts', import.meta.url)),
      worker: fileURLToPath(new URL('link-worker.ts', import.meta.url)),
    },
    bundle: true,
    write: false,
    outdir: '/',
    format: 'esm',
    // Browsers only: Node's peer must not be in here.
    platform: 'browser',
  });
  const scripts = new Map(bundle.outputFiles.map(({ path, text }) => [basename(path), text]));
  server = createServer((request, response) => {
    const script = scripts.get(basename(request.url ?? ''));
    response.writeHead(200, { 'content-type': script ? 'text/javascript' : 'text/html' });
    response.end(script ?? '<!doctype html><script type="module" src="/page.js"></script>');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});

afterEach(async () => {
  // First they stop talking, so that nothing is on its way to a page that is gone.
  await Promise.all(ends.map((end) => end.call('cancel')));
  await Promise.all(deliveries.splice(0));
  await Promise.all(ends.splice(0).map((end) => end.dispose()));
});

afterAll(async () => {
  await Promise.all([...browsers.values()].map((browser) => browser.close()));
  server.close();
});

async function openBrowser(name: BrowserName, role: string): Promise<LaunchedBrowser> {
  const key = `${name} ${role}`;
  const running = browsers.get(key);
  if (running !== undefined) return running;
  const browser = await launchBrowser(name);
  browsers.set(key, browser);
  return browser;
}

async function openEnd(
  platform: Platform,
  role: 'host' | 'visitor',
  relay: (message: string) => void,
): Promise<RemoteEnd> {
  if (platform === 'node') {
    const end = new LinkEnd(createNodePeer, relay);
    return {
      call: async (command, argument = '') => end.commands[command](argument),
      dispose: async () => end.cancel(),
    };
  }
  const inWorker = platform === 'chromium worker' || platform === 'firefox worker';
  const name = platform === 'chromium' || platform === 'chromium worker' ? 'chromium' : 'firefox';
  const launched = await openBrowser(name, role);
  const page = await launched.guard(launched.browser.newPage());
  await page.exposeFunction('relay', relay);
  await launched.guard(page.goto(inWorker ? `${address}?worker` : address));
  return {
    call: (command, argument = '') =>
      launched.guard(
        page.evaluate((name, value) => window.callLinkEnd(name, value), command, argument),
      ),
    dispose: () => page.close(),
  };
}

type Tamper = (message: NegotiationMessage) => NegotiationMessage;

async function openPair(host: Platform, visitor: Platform, tamper: Tamper = (m) => m) {
  const deliver = (to: () => RemoteEnd) => (message: string) => {
    deliveries.push(to().call('receive', JSON.stringify(tamper(JSON.parse(message)))));
  };
  const hostEnd: RemoteEnd = await openEnd(
    host,
    'host',
    deliver(() => visitorEnd),
  );
  const visitorEnd: RemoteEnd = await openEnd(
    visitor,
    'visitor',
    deliver(() => hostEnd),
  );
  ends.push(hostEnd, visitorEnd);
  const hostKey = String(await hostEnd.call('makeIdentity'));
  await visitorEnd.call('makeIdentity');
  return { host: hostEnd, visitor: visitorEnd, hostKey };
}

describe.each(PAIRINGS)('a link with the host in %s and the visitor in %s', (host, visitor) => {
  it('carries messages on every lane, 8 MiB intact, and the news of its end', async () => {
    const pair = await openPair(host, visitor);
    const hosting = pair.host.call('host');
    expect(await pair.visitor.call('visit', pair.hostKey)).toBe('connected');
    expect(await hosting).toBe('connected');
    expect(await pair.visitor.call('handshake')).toBe(await pair.host.call('handshake'));

    const echoing = pair.host.call('echo');
    const expected = [0, 1, 2, 3, 4].map((lane) => `${lane}:hello on ${lane}`);
    expect(await pair.visitor.call('callOnEachLane')).toEqual(expected);
    await echoing;

    const receiving = pair.visitor.call('receiveBulk', BULK_BYTES);
    const sent = await pair.host.call('sendBulk', BULK_BYTES);
    expect(await receiving).toBe(sent);
    // Chromium keeps an address to itself that it learned from a check before it was told of it.
    expect(await pair.visitor.call('describe')).toMatch(/^direct (.+:\d+)?$/);

    await pair.visitor.call('close');
    expect(await pair.visitor.call('closed')).toBe('by us');
    expect(await pair.host.call('closed')).toBe('connection-lost');
  });

  it.each([
    ['host', 'visitor'],
    ['visitor', 'host'],
  ] as const)('brings the last words of the %s before its end', async (speaker, listener) => {
    const pair = await openPair(host, visitor);
    const hosting = pair.host.call('host');
    expect(await pair.visitor.call('visit', pair.hostKey)).toBe('connected');
    await hosting;
    const hearing = pair[listener].call('receiveBulk', LAST_WORDS_BYTES);
    const spoken = await pair[speaker].call('sayLastWords', LAST_WORDS_BYTES);
    expect(await hearing).toBe(spoken);
    expect(await pair[listener].call('closed')).toBe('connection-lost');
    expect(await pair[speaker].call('closed')).toBe('by us');
  });

  it('is not harmed by candidates that cannot be read', async () => {
    const pair = await openPair(host, visitor);
    for (const candidate of ['', 'candidate:', 'candidate:1 1 UDP 1 300.0.0.1 1 typ host', '\0']) {
      const fields = { candidate, sdpMid: '7', sdpMLineIndex: 900 };
      const message = JSON.stringify({ kind: 'candidate', candidate: fields });
      await pair.visitor.call('receive', message);
      await pair.host.call('receive', message);
    }
    const hosting = pair.host.call('host');
    expect(await pair.visitor.call('visit', pair.hostKey)).toBe('connected');
    expect(await hosting).toBe('connected');
  });

  it('is refused when its fingerprint is swapped on the way', async () => {
    const digest = Array.from({ length: 32 }, () => 'AB').join(':');
    const pair = await openPair(host, visitor, (message) => {
      if (message.kind !== 'answer') return message;
      const sdp = message.answer.sdp.replace(/sha-256 [0-9A-F:]+/i, `sha-256 ${digest}`);
      return { ...message, answer: { ...message.answer, sdp } };
    });
    const hosting = pair.host.call('host');
    expect(await pair.visitor.call('visit', pair.hostKey)).toMatch(/^identity-mismatch: /);
    await pair.host.call('cancel');
    expect(await hosting).toMatch(/^cancelled: /);
  });

  it('is refused when the host has another key than the site', async () => {
    const pair = await openPair(host, visitor);
    const hosting = pair.host.call('host');
    const other = `B${'A'.repeat(86)}`;
    expect(await pair.visitor.call('visit', other)).toMatch(/^identity-mismatch: /);
    await pair.host.call('cancel');
    expect(await hosting).toMatch(/^cancelled: /);
  });
});

describe.each<BrowserName>(['chromium', 'firefox'])('%s, when its process dies,', (name) => {
  it('is reported as a browser that died, not as a test that failed', async () => {
    const launched = await launchBrowser(name);
    try {
      const page = await launched.browser.newPage();
      const underWay = launched.guard(page.evaluate(() => new Promise(() => undefined)));
      launched.browser.process()?.kill('SIGKILL');
      await expect(underWay).rejects.toBeInstanceOf(BrowserDied);
      await expect(launched.guard(page.title())).rejects.toBeInstanceOf(BrowserDied);
    } finally {
      await launched.close();
    }
  });
});
