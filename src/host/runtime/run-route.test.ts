import { describe, expect, it } from 'vitest';
import type { FormFields, RouteContext } from './public-types.ts';
import { notFound, redirect } from './site-exports.ts';
import { memoryDatabase } from './testing/memory-database.ts';
import { assetAnswers, startRoute, type startSite } from './testing/started-site.ts';

type Context = RouteContext;

describe('a route', () => {
  it.each([
    ['a string as HTML', '<p>hi', 200, 'text/html; charset=utf-8', '<p>hi'],
    ['an object as JSON', { a: 1 }, 200, 'application/json', '{"a":1}'],
    ['a list as JSON', [1, 2], 200, 'application/json', '[1,2]'],
    ['bytes as bytes', new Uint8Array([104, 105]), 200, 'application/octet-stream', 'hi'],
    ['nothing as 204', null, 204, null, ''],
    ['a Blob with its type', new Blob(['x'], { type: 'text/css' }), 200, 'text/css', 'x'],
  ])('answers with %s', async (_, value, status, type, text) => {
    const site = await startRoute({ POST: () => value });
    const answer = await site.ask('/', { method: 'POST' });
    expect([answer.status, answer.headers.get('content-type'), answer.text]).toEqual([
      status,
      type,
      text,
    ]);
    expect(new Set(site.messages.map(({ kind }) => kind))).toEqual(new Set(['ready', 'running']));
  });

  it('streams text and bytes that its stream gives', async () => {
    const stream = new ReadableStream({
      start(controller) {
        controller.enqueue('one ');
        controller.enqueue(new TextEncoder().encode('two'));
        controller.close();
      },
    });
    const site = await startRoute({ GET: () => stream });
    const answer = await site.ask('/');
    expect([answer.headers.get('content-type'), answer.text]).toEqual([
      'application/octet-stream',
      'one two',
    ]);
  });

  it('gets params, query, url and headers as the visitor sent them', async () => {
    const site = await startRoute({
      GET: ({ params, query, url, request }: Context) => ({
        id: params.id,
        query,
        path: url.pathname,
        host: request.headers.get('host'),
        origin: request.headers.get('origin'),
        cookie: request.headers.get('cookie'),
        own: [...request.headers.keys()].filter((name: string) => name.startsWith('peerserver')),
        isRequest: request instanceof Request,
      }),
    });
    const headers = [
      ['cookie', 'a=1'],
      ['origin', 'http://x.example'],
    ] as const;
    const answer = await site.ask('/items/42?tag=a&tag=b&__proto__=x', {
      headers,
      params: { id: '42' },
    });
    expect(JSON.parse(answer.text)).toEqual(
      JSON.parse(
        `{"id":"42","query":{"tag":"b","__proto__":"x"},"path":"/items/42","host":"garden.localhost:8890","origin":"http://x.example","cookie":"a=1","own":[],"isRequest":true}`,
      ),
    );
  });

  it('answers HEAD with the function for GET, and sends no body', async () => {
    const site = await startRoute({ GET: () => 'hello' });
    const answer = await site.ask('/', { method: 'HEAD' });
    expect([answer.status, answer.headers.get('content-length'), answer.text]).toEqual([
      200,
      '5',
      '',
    ]);
  });

  it('answers OPTIONS, and methods it has not, with what it allows', async () => {
    const site = await startRoute({ GET: () => '', POST: () => '' });
    const options = await site.ask('/', { method: 'OPTIONS' });
    expect([options.status, options.headers.get('allow')]).toEqual([
      204,
      'GET, POST, OPTIONS, HEAD',
    ]);
    const put = await site.ask('/', { method: 'PUT' });
    expect([put.status, put.headers.get('allow')]).toEqual([405, 'GET, POST, OPTIONS, HEAD']);
  });

  it('answers every method with its default function, but for those that have their own', async () => {
    const site = await startRoute({
      default: ({ request }: Context) => request.method,
      GET: () => 'own',
    });
    expect((await site.ask('/', { method: 'PROPFIND' })).text).toBe('PROPFIND');
    expect((await site.ask('/', { method: 'OPTIONS' })).text).toBe('OPTIONS');
    expect((await site.ask('/')).text).toBe('own');
  });

  it('answers with a Response that is thrown', async () => {
    const site = await startRoute({
      GET: () => {
        throw notFound('no such plant');
      },
      POST: () => redirect('/elsewhere?a=ü'),
    });
    const missing = await site.ask('/');
    expect([missing.status, missing.text]).toEqual([404, 'no such plant']);
    const moved = await site.ask('/', { method: 'POST' });
    expect([moved.status, moved.headers.get('location')]).toEqual([303, '/elsewhere?a=%C3%BC']);
    expect(site.error()).toBeUndefined();
  });

  it('reads a form, with repeated names as lists', async () => {
    const site = await startRoute({ POST: async ({ form }: Context) => await form() });
    const body = 'name=Rose&tag=a&tag=b&__proto__=x';
    const headers = [['content-type', 'application/x-www-form-urlencoded']] as const;
    const answer = await site.ask('/', { method: 'POST', body, headers });
    expect(answer.text).toBe('{"name":"Rose","tag":["a","b"],"__proto__":"x"}');
  });

  it('reads a multipart form with its files', async () => {
    const form = new FormData();
    form.set('title', 'Rose');
    form.set('photo', new File(['bytes'], 'rose.jpg', { type: 'image/jpeg' }));
    const whole = new Response(form);
    const headers = [['content-type', whole.headers.get('content-type') ?? '']] as const;
    const site = await startRoute({
      POST: async ({ form: read }: Context) => {
        const { title, photo }: FormFields = await read();
        if (!(photo instanceof File)) return 'no file';
        return { title, name: photo.name, type: photo.type, text: await photo.text() };
      },
    });
    const answer = await site.ask('/', { method: 'POST', body: await whole.bytes(), headers });
    expect(JSON.parse(answer.text)).toEqual({
      title: 'Rose',
      name: 'rose.jpg',
      type: 'image/jpeg',
      text: 'bytes',
    });
  });

  it.each([
    ['no form', 'application/json', '{}', 415],
    ['a malformed one', 'multipart/form-data; boundary=x', 'nonsense', 400],
    ['one of too many fields', 'application/x-www-form-urlencoded', 'a=1&'.repeat(1001), 413],
  ])('refuses %s as a form', async (_, type, body, status) => {
    const site = await startRoute({ POST: async ({ form }: Context) => await form() });
    const headers = [['content-type', type]] as const;
    expect((await site.ask('/', { method: 'POST', body, headers })).status).toBe(status);
    expect(site.error()).toBeUndefined();
  });

  it('sets cookies whatever it returns', async () => {
    const site = await startRoute({
      GET: ({ cookies }: Context) => {
        cookies.set('a', 'ü;', { httpOnly: true, sameSite: 'lax', maxAge: 60 });
        cookies.delete('b');
        return { a: cookies.get('a'), b: cookies.get('b') ?? null, c: cookies.get('c') };
      },
    });
    const answer = await site.ask('/', { headers: [['cookie', 'b=1; c=%20x']] });
    expect(JSON.parse(answer.text)).toEqual({ a: 'ü;', b: null, c: ' x' });
    expect(answer.headers.getSetCookie()).toEqual([
      'a=%C3%BC%3B; Path=/; Max-Age=60; HttpOnly; SameSite=Lax',
      'b=; Path=/; Max-Age=0',
    ]);
  });

  it('answers with a file of the site, on the visitor’s own conditions', async () => {
    const site = await startRoute(
      {
        GET: ({ file }: Context) => file('index.html'),
        POST: ({ file }: Context) => file('nope.html'),
      },
      { assets: assetAnswers({ '/index.html': '<h1>hi' }) },
    );
    const whole = await site.ask('/');
    expect([whole.status, whole.headers.get('etag'), whole.text]).toEqual([200, '"1"', '<h1>hi']);
    const again = await site.ask('/', { headers: [['if-none-match', '"1"']] });
    expect([again.status, again.text]).toEqual([304, '']);
    expect((await site.ask('/', { method: 'POST' })).status).toBe(500);
    expect(site.error()).toMatchObject({
      text: expect.stringContaining('public/nope.html does not exist'),
    });
  });

  it('tells that it runs before it runs, and with which request', async () => {
    const seen: unknown[] = [];
    const site: Awaited<ReturnType<typeof startSite>> = await startRoute({
      GET: () => {
        seen.push(...site.messages.map((message) => ({ ...message })));
        return '';
      },
    });
    await site.ask('/');
    expect(seen.at(-1)).toEqual({ kind: 'running', request: 1, handler: 'routes/index.ts GET' });
  });

  it('logs with the request that it belongs to', async () => {
    const site = await startRoute({
      GET: ({ log }: Context) => {
        log('one', { a: 1 });
        log.error('two');
        (site.scope.console as Console).warn('three');
        return '';
      },
    });
    await site.ask('/');
    const from = expect.any(String);
    expect(site.messages.filter(({ kind }) => kind === 'log')).toEqual([
      { kind: 'log', level: 'info', text: 'one { a: 1 }', request: 1, from },
      { kind: 'log', level: 'error', text: 'two', request: 1, from },
      { kind: 'log', level: 'warn', text: 'three', request: 1, from },
    ]);
  });

  it('does not guess whose a call of console is while several requests run', async () => {
    let release: () => void = () => {};
    const both = new Promise<void>((resolve) => {
      release = resolve;
    });
    let count = 0;
    const site = await startRoute({
      GET: async () => {
        count += 1;
        if (count === 2) {
          (site.scope.console as Console).log('whose?');
          release();
        }
        await both;
        return '';
      },
    });
    await Promise.all([site.ask('/'), site.ask('/')]);
    const from = expect.any(String);
    expect(site.messages.filter(({ kind }) => kind === 'log')).toEqual([
      { kind: 'log', level: 'info', text: 'whose?', from },
    ]);
  });

  it('keeps a session for its visitor, from one request to the next', async () => {
    const { db, close } = await memoryDatabase();
    const count = ({ session }: Context) => {
      session.count = (session.count ?? 0) + 1;
      return String(session.count);
    };
    const site = await startRoute({ GET: count }, { database: db });
    const first = await site.ask('/');
    const [cookie = ''] = first.headers.getSetCookie();
    const headers = [['cookie', cookie.split(';')[0] ?? '']] as const;
    const second = await site.ask('/', { headers });
    const stolen = await site.ask('/', { headers, visitor: 'another' });
    expect([first.text, second.text, stolen.text]).toEqual(['1', '2', '1']);
    close();
  });

  it('fails when its session cannot be kept, before anything is sent', async () => {
    const site = await startRoute({
      GET: ({ session }: Context) => {
        session.cart = new Map();
        return 'fine';
      },
    });
    expect((await site.ask('/')).status).toBe(500);
    expect(site.error()).toMatchObject({
      text: expect.stringContaining('`session.cart` is a Map'),
    });
  });
});
