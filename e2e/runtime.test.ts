import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RuntimeMessage } from '../src/host/runtime/messages.ts';
import { type BrowserName, type LaunchedBrowser, launchBrowser } from './browsers/launch.ts';

interface Answer {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly text: string;
}

/** What a check of `fixtures/runtime-site.ts` must give. */
const EXPECTED = {
  'request headers': { cookie: 'a=1', host: 'h', origin: 'http://o', upgrade: 'websocket' },
  'a streamed request body': [true, 'one two', true],
  'a form': ['1', ['x.txt', 'text/plain', 'x']],
  'a request made of another': ['POST', [['x-a', '1']], 'text', true],
  clones: ['text', 'blob', 'text', 'blob'],
  'set-cookie': ['a=1', 'b=2'],
  instances: [true, true, true, 'Response', 'Response'],
  'a body of each kind': [
    ['text/plain;charset=UTF-8', 'text'],
    [null, 'te'],
    ['application/x-www-form-urlencoded;charset=UTF-8', 'a=b'],
    ['text/css', 'b'],
    [null, 'stream'],
  ],
  'status 101': 101,
  'fetch of data': [true, 'hello'],
  hashes: [true, false],
};

const PLAIN = 'plain '.repeat(1000);
const PACKED = gzipSync(PLAIN);

let server: Server;
let address = '';

beforeAll(async () => {
  const entry = (path: string) => fileURLToPath(new URL(path, import.meta.url));
  const bundles = await Promise.all([
    bundle(entry('runtime-page.ts'), 'page.js', 'esm'),
    bundle(entry('../src/host/runtime/worker-main.ts'), 'runtime.js', 'iife'),
    bundle(entry('fixtures/runtime-site.ts'), 'site.js', 'esm'),
  ]);
  const scripts = new Map(bundles);
  server = createServer((request, response) => {
    if (request.url === '/packed') {
      response.setHeader('access-control-allow-origin', '*');
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': PACKED.length });
      response.end(PACKED);
      return;
    }
    const script = scripts.get(basename(request.url ?? ''));
    response.writeHead(200, { 'content-type': script ? 'text/javascript' : 'text/html' });
    response.end(script ?? '<!doctype html><body><script type="module" src="/page.js"></script>');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterAll(() => server.close());

async function bundle(path: string, name: string, format: 'esm' | 'iife') {
  const { outputFiles } = await build({
    entryPoints: [path],
    bundle: true,
    write: false,
    format,
    platform: 'browser',
    target: 'es2022',
    keepNames: true,
  });
  return [name, outputFiles[0]?.text ?? ''] as const;
}

describe.each<BrowserName>(['chromium', 'firefox'])('the runtime in a sandbox of %s', (name) => {
  let browser: LaunchedBrowser;
  let page: Page;
  beforeAll(async () => {
    browser = await launchBrowser(name);
    page = await browser.browser.newPage();
    await page.goto(address);
    await page.evaluate('start()');
  });
  afterAll(async () => {
    await browser?.close();
  });

  const ask = (target: string, options = {}) =>
    page.evaluate(`ask(${JSON.stringify(target)}, ${JSON.stringify(options)})`) as Promise<Answer>;
  const errors = async () => {
    const all = (await page.evaluate('messages')) as RuntimeMessage[];
    return all.filter((message) => message.kind === 'error');
  };

  it('has classes that behave as on a server', async () => {
    expect(JSON.parse((await ask('/checks')).text)).toEqual(EXPECTED);
  });

  it('gives a handler its request’s body as a stream, with the cookies', async () => {
    expect((await ask('/sum', { method: 'POST', bytes: 3_000_000 })).text).toBe('3000000 a=1');
  });

  it('sends each Set-Cookie', async () => {
    const { headers } = await ask('/cookies');
    expect(headers.filter(([field]) => field === 'set-cookie')).toEqual([
      ['set-cookie', 'a=1'],
      ['set-cookie', 'b=2'],
    ]);
  });

  it('sends the length that an author says of a stream, and holds the stream to it', async () => {
    const { headers, text } = await ask('/length/right');
    expect([new Map(headers).get('content-length'), text]).toEqual(['8', 'one, two']);
    for (const [target, came] of [
      ['/length/short', 'ended after 8'],
      ['/length/long', 'gave more, at least 8'],
    ]) {
      await expect(ask(target ?? '')).rejects.toThrow();
      await expect
        .poll(async () => (await errors()).map(({ text }) => text))
        .toContainEqual(expect.stringContaining(came ?? ''));
    }
  });

  it('does not take the length of a fetched answer for that of its decoded body', async () => {
    for (const kind of ['fetched', 'fetched-and-changed']) {
      const { headers, text } = await ask(`/length/${kind}?from=${address}packed`);
      expect([new Map(headers).get('content-length'), text]).toEqual([undefined, PLAIN]);
    }
  });

  it('opens WebSockets with Hono’s helper for Workers', async () => {
    expect(await page.evaluate('echo("hello")')).toBe('heard hello');
  });

  it('renders templates', async () => {
    const { text } = await ask('/', { run: 'route routes/page.ts' });
    expect(text).toBe('<p>Hello &lt;Ada&gt;</p>');
  });

  it('tells what a handler throws, in the lines of the site, with the likely cause', async () => {
    expect((await ask('/', { run: 'route routes/page.ts', method: 'POST' })).status).toBe(500);
    expect((await errors()).find(({ handler }) => handler === 'routes/page.ts POST')).toMatchObject(
      {
        stack: expect.stringMatching(/peerserver-site:\d+:\d+/),
        hint: expect.stringContaining('is undefined on this line'),
      },
    );
  });

  it('tells of errors in timers and forgotten promises, and lives on', async () => {
    await ask('/timer');
    const texts = async () =>
      (await errors()).map(({ text }) => text).filter((text) => /^in a/.test(text));
    await expect.poll(async () => (await texts()).sort()).toEqual(['in a promise', 'in a timer']);
    expect((await ask('/cookies')).status).toBe(200);
  });
});
