import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PeerServerError } from '../../protocol/errors.ts';
import { type HostResponse, headerValue } from '../../protocol/http-message.ts';
import type { MessageSocket, SocketClose } from '../../protocol/message-socket.ts';
import { DEFAULT_SETTINGS } from '../project/parse-settings.ts';
import { FAILED_HEADER } from '../runtime/messages.ts';
import { DRAIN_MS } from './site-sandbox.ts';
import { body, NEVER, RUN, request, SITE, SiteUnderTest } from './testing/site-under-test.ts';

let site: SiteUnderTest;
beforeEach(() => {
  site = new SiteUnderTest();
});
afterEach(() => site.sandbox.close());

async function textOf(response: HostResponse): Promise<string> {
  return new Response(response.body).text();
}

describe('a request to a site’s code', () => {
  it('comes with who asks, what is to run and the site’s own origin, whatever the visitor says', async () => {
    site.standIns.code = async ({ headers, target }) => ({
      status: 200,
      headers: [['x-target', target]],
      body: new TextEncoder().encode(
        JSON.stringify(headers.filter(([name]) => name.startsWith('peerserver-'))),
      ),
    });
    const response = await site.sandbox.handle(request('/a?b=c'), RUN);
    expect(headerValue(response.headers, 'x-target')).toBe('/a?b=c');
    expect(JSON.parse(await textOf(response))).toEqual([
      ['peerserver-request', '1'],
      ['peerserver-run', 'route%20routes/index.ts'],
      ['peerserver-params', encodeURIComponent('{"id":"ä/b"}')],
      ['peerserver-visitor-key', 'visitors-key'],
      ['peerserver-origin', 'https://garden.localhost:8890'],
    ]);
  });

  it('is answered without fields that only host and runtime say to each other', async () => {
    site.standIns.code = async () => ({
      status: 200,
      headers: [
        ['peerserver-anything', '1'],
        ['x-own', '2'],
      ],
      body: null,
    });
    expect((await site.sandbox.handle(request(), RUN)).headers).toEqual([['x-own', '2']]);
  });

  it('streams both bodies', async () => {
    site.standIns.code = async ({ body: sent }) => ({
      status: 200,
      headers: [],
      body: new ReadableStream({
        async pull(controller) {
          const part = await sent?.read();
          if (part) controller.enqueue(part);
          else controller.close();
        },
      }),
    });
    const response = await site.sandbox.handle(
      request('/', { method: 'POST', body: body('echo') }),
      RUN,
    );
    expect(await textOf(response)).toBe('echo');
  });

  it('is cancelled when the visitor leaves', async () => {
    const leave = new AbortController();
    const aborted = new Promise((resolve) => {
      site.standIns.code = (inside) => {
        inside.signal.addEventListener('abort', resolve);
        leave.abort(new PeerServerError('cancelled', 'Left.'));
        return NEVER();
      };
    });
    await expect(
      site.sandbox.handle(request('/', { signal: leave.signal }), RUN),
    ).rejects.toMatchObject({ code: 'cancelled' });
    await aborted;
    expect(site.log).toEqual([]);
  });
});

describe('an error in a site’s code', () => {
  beforeEach(() => {
    site.standIns.code = async (_, standIn, number) => {
      standIn.say({
        kind: 'error',
        name: 'TypeError',
        text: 'x <b> is not a function',
        stack: '',
        hint: 'Check x.',
        request: number,
      });
      return { status: 500, headers: [[FAILED_HEADER, String(number)]], body: null };
    };
  });

  it('gives the visitor a plain page and the author the rest', async () => {
    const response = await site.sandbox.handle(request('/items'), RUN);
    expect(response.status).toBe(500);
    const page = await textOf(response);
    expect(page).toContain('Its author has been told');
    expect(page).not.toContain('is not a function');
    expect(site.log).toMatchObject([
      {
        level: 'error',
        source: 'handler',
        text: 'TypeError: x <b> is not a function',
        hint: 'Check x.',
        request: 'GET /items',
      },
    ]);
  });

  it('gives the details in development mode, as text and not as markup', async () => {
    site.restart({ development: true });
    const page = await textOf(await site.sandbox.handle(request('/items'), RUN));
    expect(page).toContain('x &lt;b&gt; is not a function');
    expect(page).toContain('Check x.');
    expect(page).toContain('GET /items');
  });
});

describe('a handler whose file could not be compiled', () => {
  const place = { file: 'routes/index.ts', line: 2 };
  const problem = { at: 0, level: 'error', source: 'compile', text: 'No "x".', place } as const;
  const wrong = { ...SITE, problems: [problem] };
  const told = () => site.log.map(({ text, request: by }) => [text, by]);
  beforeEach(() => {
    site.restart({ development: true });
    site.standIns.code = async (_, { say }, number) => {
      const text = 'routes/index.ts:2: No "x".';
      say({ kind: 'error', name: 'CompileError', text, place, stack: '', request: number });
      return { status: 500, headers: [[FAILED_HEADER, String(number)]], body: null };
    };
  });

  it('tells its author once until a file is changed, and every visitor', async () => {
    for (const hash of ['two', 'three']) {
      site.sandbox.update({ ...wrong, hash }, { ...DEFAULT_SETTINGS, development: true });
      for (const target of ['/a', '/b', '/c']) {
        expect(await textOf(await site.sandbox.handle(request(target), RUN))).toContain(
          'No &quot;',
        );
      }
    }
    expect(told()).toEqual([
      ['No "x".', 'GET /a'],
      ['No "x".', 'GET /a'],
    ]);
  });

  it('is not confused with one whose error only has that name', async () => {
    for (const target of ['/a', '/b']) await site.sandbox.handle(request(target), RUN);
    expect(told()).toEqual([
      ['No "x".', 'GET /a'],
      ['No "x".', 'GET /b'],
    ]);
  });
});

describe('a save', () => {
  const next = { ...SITE, code: 'two', hash: 'two' };

  it('takes new requests at once and lets the old ones finish', async () => {
    let finish: () => void = () => {};
    site.standIns.code = async (inside, standIn) => {
      site.seen.push(inside.target);
      if (inside.target === '/old') {
        await new Promise<void>((resolve) => {
          finish = resolve;
        });
      }
      return { status: 200, headers: [['x-code', standIn.start.code]], body: null };
    };
    const old = site.sandbox.handle(request('/old'), RUN);
    await site.running(1);
    site.sandbox.update(next, DEFAULT_SETTINGS);
    const fresh = await site.sandbox.handle(request('/new'), RUN);
    expect(headerValue(fresh.headers, 'x-code')).toBe('two');
    finish();
    expect(headerValue((await old).headers, 'x-code')).toBe('one');
    await site.passTime(expect.poll(() => site.standIns.made[0]?.terminated).toBe(true));
    expect(site.standIns.made[1]?.terminated).toBe(false);
    expect(site.log).toEqual([]);
  });

  it('cuts off what does not finish', async () => {
    site.standIns.code = (inside) => {
      site.seen.push(inside.target);
      return NEVER();
    };
    const old = site.sandbox.handle(request('/old'), RUN);
    await site.running(1);
    site.sandbox.update(next, DEFAULT_SETTINGS);
    const before = site.clock.now();
    expect((await site.passTime(old)).status).toBe(502);
    expect(site.clock.now() - before).toBe(DRAIN_MS);
    expect(site.standIns.made[0]?.terminated).toBe(true);
  });

  it('closes WebSockets, so that they are opened again with the new code', async () => {
    site.standIns.code = async () => ({
      status: 101,
      headers: [],
      body: null,
      webSocket: async (socket) => void (await socket.closed),
    });
    const answer = await site.sandbox.handle(request('/', { upgrade: 'websocket' }), RUN);
    expect(answer.status).toBe(101);
    const socket = new SocketStandIn();
    const relayed = answer.webSocket?.(socket);
    site.sandbox.update(next, DEFAULT_SETTINGS);
    await relayed;
    expect(socket.goodbye).toMatchObject({ code: 1012 });
  });
});

/** A visitor's socket that stays open until somebody closes it. */
class SocketStandIn implements MessageSocket {
  readonly protocol = '';
  readonly bufferedAmount = 0;
  goodbye: SocketClose | undefined;
  readonly closed: Promise<SocketClose>;
  #close: (close: SocketClose) => void = () => {};

  constructor() {
    this.closed = new Promise((resolve) => {
      this.#close = resolve;
    });
  }

  async read(): Promise<null> {
    await this.closed;
    return null;
  }

  async send(): Promise<void> {}

  close(code = 1005, reason = ''): void {
    this.goodbye ??= { code, reason, wasClean: true };
    this.#close(this.goodbye);
  }
}
