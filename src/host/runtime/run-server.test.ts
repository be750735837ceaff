import { describe, expect, it } from 'vitest';
import { RUNTIME_LIMITS } from './limits.ts';
import { assetAnswers, startSite } from './testing/started-site.ts';
import { SiteResponse } from './web/site-response.ts';
import { WebSocketPair } from './web/web-socket-pair.ts';

describe('server.ts', () => {
  it('tells of no more failures after its answer than anybody can read', async () => {
    const failures = RUNTIME_LIMITS.logBurst + 200;
    const site = await startSite({
      server: {
        default: {
          fetch(_: Request, __: unknown, ctx: { waitUntil(promise: unknown): void }) {
            for (let count = 0; count < failures; count += 1) {
              ctx.waitUntil(Promise.reject(new Error(`${count}`)));
            }
            return new Response('done');
          },
        },
      },
    });
    expect((await site.ask('/')).text).toBe('done');
    const told = site.messages.filter(({ kind }) => kind === 'error').length;
    expect(told).toBeGreaterThan(0);
    expect(told).toBeLessThan(failures);
  });

  it('answers what no host sends as a failure, and goes on', async () => {
    const site = await startSite({ server: { default: () => new Response('well') } });
    const head = { method: 'GET', target: '/', headers: [] };
    expect((await site.connection.request(head, null)).status).toBe(500);
    expect(site.error()).toMatchObject({ text: 'A request without its origin.' });
    expect((await site.ask('/')).text).toBe('well');
  });

  it('gets a request, the environment and a context, and goes on after its answer', async () => {
    let failLater: (error: Error) => void = () => {};
    const later = new Promise((_, reject) => {
      failLater = reject;
    });
    const site = await startSite({
      server: {
        default: {
          greeting: 'Hello',
          fetch(
            this: { greeting: string },
            request: Request,
            env: Record<string, string>,
            ctx: { waitUntil(p: unknown): void },
          ) {
            ctx.waitUntil(later);
            return new Response(`${this.greeting} ${env.NAME} ${new URL(request.url).pathname}`);
          },
        },
      },
      settings: { variables: { NAME: 'Ada' } },
    });
    expect((await site.ask('/a')).text).toBe('Hello Ada /a');
    failLater(new Error('too late'));
    await expect
      .poll(() => site.error())
      .toMatchObject({ text: 'too late', handler: 'server fetch' });
  });

  it('reads static files by env.ASSETS, with a request or a path', async () => {
    const site = await startSite({
      server: {
        default: async (request: Request, env: { ASSETS: { fetch: typeof fetch } }) => {
          const [whole, other] = [
            await env.ASSETS.fetch(request),
            await env.ASSETS.fetch('/b.txt'),
          ];
          return new SiteResponse((await whole.text()) + other.status, whole);
        },
      },
      assets: assetAnswers({ '/a.html': 'A' }),
    });
    const answer = await site.ask('/a.html');
    expect([answer.text, answer.headers.get('content-type')]).toEqual(['A404', 'text/html']);
  });

  it.each([
    ['has no default export', {}, 'no default export'],
    ['answers with nothing', { default: () => undefined }, 'answered with nothing'],
    ['answers with text', { default: () => 'hi' }, 'no Response'],
  ])('is told of when it %s', async (_, server, text) => {
    const site = await startSite({ server });
    expect((await site.ask('/')).status).toBe(500);
    expect(site.error()).toMatchObject({ text: expect.stringContaining(text) });
  });

  it('opens WebSockets with WebSocketPair', async () => {
    const closed: unknown[] = [];
    const site = await startSite({
      server: {
        default: (request: Request) => {
          if (request.headers.get('upgrade') !== 'websocket')
            return new Response('', { status: 426 });
          const { 0: client, 1: server } = new WebSocketPair();
          server.accept();
          server.addEventListener('message', (event) => {
            const { data } = event as MessageEvent;
            server.send(typeof data === 'string' ? `heard ${data}` : data);
          });
          server.addEventListener('close', (event) => {
            const { code, wasClean } = event as CloseEvent;
            closed.push(code, wasClean);
          });
          return new SiteResponse(null, {
            status: 101,
            webSocket: client,
            headers: { 'sec-websocket-protocol': 'chat' },
          });
        },
      },
    });
    expect((await site.ask('/')).status).toBe(426);
    const answer = await site.openSocket('/', { headers: [['sec-websocket-protocol', 'chat']] });
    if (answer.kind !== 'open') throw new Error('refused');
    await answer.socket.send('hello');
    expect(await answer.socket.read()).toBe('heard hello');
    await answer.socket.send(new Uint8Array([1, 2]));
    expect(await answer.socket.read()).toEqual(new Uint8Array([1, 2]));
    expect(answer.socket.protocol).toBe('chat');
    answer.socket.close(4001, 'bye');
    await answer.socket.closed;
    await expect.poll(() => closed).toEqual([4001, true]);
  });
});
