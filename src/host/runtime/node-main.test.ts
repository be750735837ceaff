import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel, Worker } from 'node:worker_threads';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readWholeBody } from '../../protocol/body-streams.ts';
import { acceptPortConnection, openPortConnection } from '../sandbox/port-connection.ts';
import { RUNTIME_HEADERS, type RuntimeMessage } from './messages.ts';

/** A Hono app as its users write it for Workers. */
const SITE = `
import { Hono } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { streamText } from 'hono/streaming';
import { upgradeWebSocket } from 'hono/cloudflare-workers';
import { hashPassword } from 'peerserver';
const app = new Hono();
app.get('/', (c) => c.text('hello from ' + c.env.NAME));
app.post('/echo', async (c) => c.json({ body: await c.req.json(), cookie: getCookie(c, 'a') }));
app.get('/cookies', (c) => { setCookie(c, 'a', '1'); setCookie(c, 'b', '2'); return c.body(null, 204); });
app.get('/stream', (c) => streamText(c, async (stream) => { await stream.write('one '); await stream.write('two'); }));
app.get('/ws', upgradeWebSocket(() => ({ onMessage: (event, ws) => ws.send('heard ' + event.data) })));
app.get('/throw', () => { throw new Error('on purpose'); });
app.get('/timer', (c) => { setTimeout(() => { throw new Error('in a timer'); }); return c.text('') });
app.get('/hash', async (c) => c.text(await hashPassword('x')));
app.get('/outside', (c) => fetch('http://127.0.0.1:1/').then(() => c.text('reached'), (error) => c.text(error.message)));
app.get('/asset', (c) => c.env.ASSETS.fetch(c.req.raw));
app.onError((error) => { throw error; });
const server = { default: app };
export default { routes: {}, templates: {}, server: async () => server };
`;

let folder = '';
let worker: Worker;
const messages: RuntimeMessage[] = [];
let host: Awaited<ReturnType<typeof openPortConnection>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'peerserver-test-'));
  const file = join(folder, 'runtime.mjs');
  const common = { bundle: true, format: 'esm', logLevel: 'error' } as const;
  await build({
    ...common,
    entryPoints: [join(import.meta.dirname, 'node-main.ts')],
    outfile: file,
    platform: 'node',
    target: 'node20',
  });
  const { outputFiles } = await build({
    ...common,
    stdin: { contents: SITE, resolveDir: import.meta.dirname },
    write: false,
    plugins: [
      {
        name: 'peerserver',
        setup(plugin) {
          plugin.onResolve({ filter: /^peerserver$/ }, () => ({ path: 'x', namespace: 'own' }));
          plugin.onLoad({ filter: /.*/, namespace: 'own' }, () => ({
            contents: `export const { hashPassword } = globalThis[Symbol.for('peerserver.runtime')];`,
          }));
        },
      },
    ],
  });
  const [control, requests, assets, database] = [0, 1, 2, 3].map(() => new MessageChannel());
  if (!control || !requests || !assets || !database) throw new Error('no channels');
  control.port1.on('message', (message: RuntimeMessage) => messages.push(message));
  void acceptPortConnection(assets.port1 as unknown as MessagePort, {
    handler: async ({ target }) => ({
      status: 200,
      headers: [],
      body: new TextEncoder().encode(`file ${target}`),
    }),
    connectionId: 'assets',
  });
  worker = new Worker(file);
  const ports = {
    control: control.port2,
    requests: requests.port2,
    assets: assets.port2,
    database: database.port2,
  };
  const settings = {
    development: true,
    variables: { NAME: 'Node' },
    integers: 'number',
    sessionLifetimeMs: 1000,
    outboundFetch: 'none',
  };
  const code = outputFiles[0]?.text;
  worker.postMessage({ kind: 'start', code, settings, ports }, Object.values(ports));
  host = await openPortConnection(requests.port1 as unknown as MessagePort);
});

afterAll(async () => {
  host.connection.close();
  await worker.terminate();
  await rm(folder, { recursive: true, force: true });
});

let number = 0;
function head(target: string, method = 'GET') {
  number += 1;
  const headers: [string, string][] = [
    ['cookie', 'a=sent'],
    ['content-type', 'application/json'],
    [RUNTIME_HEADERS.request, String(number)],
    [RUNTIME_HEADERS.run, 'server'],
    [RUNTIME_HEADERS.origin, 'http://garden.localhost:8890'],
  ];
  return { method, target, headers };
}

async function ask(target: string, body?: string) {
  const bytes = body === undefined ? undefined : new TextEncoder().encode(body);
  const parts = bytes ? [bytes, null] : [null];
  const reader = { read: async () => parts.shift() ?? null, cancel: () => {} };
  const answer = await host.connection.request(
    head(target, body ? 'POST' : 'GET'),
    body ? reader : null,
  );
  const whole = answer.body ? await readWholeBody(answer.body, 1e6) : new Uint8Array();
  return { status: answer.status, headers: answer.headers, text: new TextDecoder().decode(whole) };
}

describe('a Hono app in a worker thread', () => {
  it('answers as on Workers', async () => {
    expect((await ask('/')).text).toBe('hello from Node');
    expect((await ask('/echo', '{"x":1}')).text).toBe('{"body":{"x":1},"cookie":"sent"}');
    expect((await ask('/stream')).text).toBe('one two');
    expect((await ask('/asset')).text).toBe('file /asset');
    const cookies = await ask('/cookies');
    expect(cookies.headers.filter(([name]) => name === 'set-cookie')).toEqual([
      ['set-cookie', 'a=1; Path=/'],
      ['set-cookie', 'b=2; Path=/'],
    ]);
  });

  it('opens WebSockets with Hono’s helper for Workers', async () => {
    const answer = await host.connection.openSocket(head('/ws'));
    if (answer.kind !== 'open') throw new Error('refused');
    await answer.socket.send('hello');
    expect(await answer.socket.read()).toBe('heard hello');
    answer.socket.close();
  });

  it('finds the package’s functions', async () => {
    expect((await ask('/hash')).text).toMatch(/^\$pbkdf2-sha256\$/);
  });

  it('sends requests nowhere when its settings say so', async () => {
    expect((await ask('/outside')).text).toContain('may not send requests');
  });

  it('tells of what it throws, with a stack in the site’s lines', async () => {
    expect((await ask('/throw')).status).toBe(500);
    const error = () => messages.find((message) => message.kind === 'error');
    await expect.poll(error).toMatchObject({
      text: 'on purpose',
      stack: expect.stringMatching(/peerserver-site:\d+:\d+/),
      handler: 'server fetch',
    });
  });

  it('lives on after an error in a timer, and tells of it', async () => {
    await ask('/timer');
    const texts = () => messages.map((message) => ('text' in message ? message.text : ''));
    await expect.poll(texts).toContain('in a timer');
    expect((await ask('/')).status).toBe(200);
  });
});
