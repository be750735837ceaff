import { describe, expect, it } from 'vitest';
import { FAILED_HEADER } from './messages.ts';
import type { RouteContext } from './public-types.ts';
import { startRoute } from './testing/started-site.ts';
import { SiteResponse } from './web/site-response.ts';
import { WebSocketPair } from './web/web-socket-pair.ts';

type Context = RouteContext;
type Misspelled = Record<'sesion' | 'body', unknown>;

describe('a handler that fails', () => {
  it('answers 500 with the request’s number, and tells the author what, where and why', async () => {
    const site = await startRoute({
      GET: () => {
        throw new ReferenceError('db is not defined');
      },
    });
    const answer = await site.ask('/');
    expect([answer.status, answer.headers.get(FAILED_HEADER), answer.text]).toEqual([500, '1', '']);
    expect(site.error()).toMatchObject({
      name: 'ReferenceError',
      text: 'db is not defined',
      stack: expect.stringContaining('failures.test.ts'),
      hint: "`db` comes in the handler's argument: `export function GET({ db })`.",
      handler: 'routes/index.ts GET',
      request: 1,
    });
  });

  it.each<[string, Record<string, unknown>, string, string]>([
    ['returns a number', { GET: () => 404 }, 'returned 404', 'status: 404'],
    ['returns a function', { GET: () => () => '' }, 'returned a function', 'brackets of a call'],
    [
      'forgets await',
      { GET: () => ({ items: [Promise.resolve(1)] }) },
      'promise at "items.0"',
      'await',
    ],
    ['names a method in small letters', { get: () => '' }, 'exports `get`', 'export function GET'],
    ['exports nothing', {}, 'exports no function', 'export'],
    ['exports a value', { GET: 'hello' }, 'exports `GET`', 'Export a function'],
    [
      'misspells a name',
      { GET: ({ sesion }: Misspelled) => sesion },
      'has no `sesion`',
      '`session`',
    ],
    ['takes a name from elsewhere', { GET: ({ body }: Misspelled) => body }, 'no `body`', 'form()'],
    ['returns an error', { GET: () => new Error('bad') }, 'returned an Error: bad', 'throw'],
    ['throws text', { GET: () => Promise.reject('bad') }, "Thrown: 'bad'", 'Throw an Error'],
    [
      'throws something coloured',
      { GET: () => Promise.reject(new Error('\u001b[31mso bad\u001b[39m!')) },
      'so bad!',
      '',
    ],
    ['returns a bigint within', { GET: () => ({ n: 1n }) }, 'BigInt', 'String(value)'],
    ['returns Response.error()', { GET: () => Response.error() }, 'Response.error()', '502'],
    ['answers with a socket', { GET: () => socketAnswer() }, 'asked for none', 'upgrade'],
    [
      'gives objects in a stream',
      { GET: () => streamOf({ a: 1 }) },
      'gave { a: 1 }',
      'JSON.stringify',
    ],
    ['answers with a body that was read', { GET: readAnswer }, 'read already', ''],
  ])('says so when it %s', async (_, exports, text, hint) => {
    const site = await startRoute(exports);
    await site.ask('/').catch(() => undefined);
    expect(site.error()).toMatchObject({
      text: expect.stringContaining(text),
      ...(hint === '' ? {} : { hint: expect.stringContaining(hint) }),
    });
  });

  it('warns of an answer that looks like a mistake, in development and not', async () => {
    for (const development of [true, false]) {
      const site = await startRoute({ GET: () => undefined }, { settings: { development } });
      expect((await site.ask('/')).status).toBe(204);
      expect(site.told().some((text) => text.includes('returned nothing'))).toBe(true);
    }
  });

  it('refuses headers that are too large, with the reason', async () => {
    const site = await startRoute({
      GET: () => new Response('', { headers: { 'x-large': 'x'.repeat(40_000) } }),
    });
    expect((await site.ask('/')).status).toBe(500);
    expect(site.error()).toMatchObject({ text: expect.stringContaining('at most 32768 bytes') });
  });

  it('refuses more header fields than can be sent, with the reason', async () => {
    const fields = Array.from({ length: 201 }, (_, index): [string, string] => [`x-${index}`, '']);
    const site = await startRoute({ GET: () => new Response('', { headers: fields }) });
    expect((await site.ask('/')).status).toBe(500);
    expect(site.error()).toMatchObject({ text: expect.stringContaining('in 200 fields') });
  });

  it('tells no more of an error than anybody reads', async () => {
    const site = await startRoute({
      GET: () => {
        const error = new Error('x'.repeat(1e6));
        error.name = 'x'.repeat(1e6);
        error.cause = error;
        throw error;
      },
    });
    await site.ask('/');
    expect(JSON.stringify(site.error()).length).toBeLessThan(30_000);
  });

  it('answers 413 to a body that is too large to be read whole, and stops reading', async () => {
    const site = await startRoute({
      POST: async ({ request }: Context) => (await request.text()).length,
    });
    let read = 0;
    const piece = new Uint8Array(1024 * 1024);
    const { connection } = site;
    const { status, body } = await connection.request(
      {
        method: 'POST',
        target: '/',
        headers: [
          ['peerserver-run', 'route%20routes/index.ts'],
          ['peerserver-origin', 'http://garden.localhost'],
        ],
      },
      {
        read: async () => {
          read += 1;
          return piece;
        },
        cancel: () => {},
      },
    );
    expect(status).toBe(413);
    body?.cancel();
    expect(read).toBeLessThan(130);
  });

  it('is not told of when the visitor has gone', async () => {
    const leave = new AbortController();
    let gone: () => void = () => {};
    const over = new Promise<void>((resolve) => {
      gone = resolve;
    });
    const site = await startRoute({
      GET: ({ request }: Context) =>
        new Promise((_, reject) => {
          request.signal.addEventListener('abort', () => {
            reject(request.signal.reason);
            setTimeout(gone);
          });
          leave.abort();
        }),
    });
    await expect(site.ask('/', { signal: leave.signal })).rejects.toThrow();
    await over;
    expect(site.error()).toBeUndefined();
  });
});

function socketAnswer(): Response {
  return new SiteResponse(null, { status: 101, webSocket: new WebSocketPair()[0] });
}

function streamOf(value: unknown): ReadableStream {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(value);
      controller.close();
    },
  });
}

async function readAnswer(): Promise<Response> {
  const response = new SiteResponse('once');
  await response.text();
  return response;
}
