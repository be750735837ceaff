import { describe, expect, it } from 'vitest';
import type {
  HeaderList,
  HostRequest,
  HostResponse,
  RequestHandler,
} from '../protocol/http-message.ts';
import type { MessageSocket } from '../protocol/message-socket.ts';
import { ManualClock } from '../protocol/testing/manual-clock.ts';
import { PAUSE_GRACE_MS, Pause } from './pause.ts';
import { request } from './testing/request.ts';

const PAGE: HeaderList = [['sec-fetch-dest', 'document']];
const hello: RequestHandler = async () => ({ status: 200, headers: [], body: null });

function setUp(handler: RequestHandler = hello) {
  const clock = new ManualClock();
  const changes: boolean[] = [];
  const asked: string[] = [];
  const pause = new Pause(clock, (paused) => changes.push(paused));
  const answer = pause.before((asking) => {
    asked.push(asking.target);
    return handler(asking);
  });
  const ask = (target: string, options?: Parameters<typeof request>[1]) =>
    answer(request(target, options));
  return { clock, changes, asked, pause, answer, ask };
}

async function read({ body, headers }: HostResponse) {
  const text = await new Response(body).text();
  return { text, headers: Object.fromEntries(headers) };
}

/** An answer without an end; what it takes to write into it, and whether it was given up. */
function endless(type: string, headers: HeaderList = []) {
  let controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>> | undefined;
  const state = { cancelled: false };
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(given) {
      controller = given;
    },
    cancel() {
      state.cancelled = true;
    },
  });
  const write = (text: string) => controller?.enqueue(new TextEncoder().encode(text));
  const answer: HostResponse = {
    status: 200,
    headers: [['content-type', type], ...headers],
    body,
  };
  return { answer, write, end: () => controller?.close(), state };
}

function standInSocket() {
  const closes: { code: number | undefined; reason: string | undefined }[] = [];
  const closed = new Promise<never>(() => {});
  const socket: MessageSocket = {
    protocol: '',
    bufferedAmount: 0,
    read: () => closed,
    send: async () => {},
    close: (code, reason) => closes.push({ code, reason }),
    closed,
  };
  return { socket, closes };
}

describe('a paused site', () => {
  it('tells a person so with a page that comes back by itself, without asking the site', async () => {
    const { pause, ask, asked, changes } = setUp();
    pause.begin();
    pause.begin();
    const answer = await ask('/secret', { headers: PAGE });
    expect(answer.status).toBe(503);
    const { text, headers } = await read(answer);
    expect(headers).toMatchObject({ 'cache-control': 'no-store', 'retry-after': '5' });
    expect(answer.headers.filter(([name]) => name === 'cache-control')).toHaveLength(1);
    expect(text).toContain('<h1>This site is paused</h1>');
    expect(text).toContain('<meta http-equiv="refresh" content="5">');
    expect(asked).toEqual([]);

    pause.end();
    pause.end();
    expect((await ask('/secret', { headers: PAGE })).status).toBe(200);
    expect(asked).toEqual(['/secret']);
    expect(changes).toEqual([true, false]);
  });

  it('does not send a form again by itself', async () => {
    const { pause, ask } = setUp();
    pause.begin();
    const answer = await ask('/order', { method: 'POST', headers: PAGE });
    const { text } = await read(answer);
    expect(answer.status).toBe(503);
    expect(text).toContain('send it again later');
    expect(text).not.toContain('http-equiv');
  });

  it.each([
    ['a script', { headers: [['sec-fetch-dest', 'empty']] }],
    ['an image', { headers: [['sec-fetch-dest', 'image']] }],
    ['a program that takes anything', { headers: [['accept', '*/*']] }],
  ] as const)('tells %s so in a few words', async (_who, options) => {
    const { pause, ask } = setUp();
    pause.begin();
    const answer = await ask('/data.json', options);
    const { text, headers } = await read(answer);
    expect(answer.status).toBe(503);
    expect(headers).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'cache-control': 'no-store',
      'retry-after': '5',
    });
    expect(text).toBe('This site is paused.\n');
  });

  it('refuses a WebSocket', async () => {
    const { pause, answer, asked } = setUp();
    pause.begin();
    const upgrade: HostRequest = { ...request('/chat'), upgrade: 'websocket' };
    expect((await answer(upgrade)).status).toBe(503);
    expect(asked).toEqual([]);
  });

  it('keeps an EventSource asking', async () => {
    const { pause, ask, asked } = setUp();
    pause.begin();
    const answer = await ask('/news', { headers: [['accept', 'text/event-stream']] });
    expect(answer.status).toBe(200);
    expect((await read(answer)).text).toBe('retry: 5000\n\n');
    expect(asked).toEqual([]);
  });
});

describe('the beginning of a pause', () => {
  it('closes WebSockets, those that are opened in the same moment, too', async () => {
    const handler: RequestHandler = async () => ({
      status: 101,
      headers: [],
      body: null,
      webSocket: () => {},
    });
    const { pause, ask } = setUp(handler);
    const early = standInSocket();
    const late = standInSocket();
    const [first, second] = [await ask('/'), await ask('/')];
    await first.webSocket?.(early.socket);
    expect(early.closes).toEqual([]);
    pause.begin();
    await second.webSocket?.(late.socket);
    for (const { closes } of [early, late]) {
      expect(closes).toEqual([{ code: 1013, reason: 'This site is paused.' }]);
    }
  });

  it('ends event streams at once and in order, so that their pages ask again', async () => {
    const events = endless('text/event-stream');
    const { pause, ask } = setUp(async () => events.answer);
    const { body } = await ask('/news');
    events.write('data: 1\n\n');
    const text = new Response(body).text();
    // What was sent is taken before the end comes.
    await new Promise((resolve) => setImmediate(resolve));
    pause.begin();
    expect(await text).toBe('data: 1\n\n');
    expect(events.state.cancelled).toBe(true);
  });

  it('lets an answer of unknown length come to its end, for a while', async () => {
    const page = endless('text/html');
    const { pause, ask, clock } = setUp(async () => page.answer);
    const { body } = await ask('/');
    pause.begin();
    clock.advance(PAUSE_GRACE_MS - 1);
    page.write('all of it');
    page.end();
    expect(await new Response(body).text()).toBe('all of it');
  });

  it('cuts one that does not end, which is an error and no short answer', async () => {
    const lines = endless('application/x-ndjson');
    const { pause, ask, clock } = setUp(async () => lines.answer);
    const { body } = await ask('/lines');
    const text = new Response(body).text();
    pause.begin();
    clock.advance(PAUSE_GRACE_MS);
    await expect(text).rejects.toMatchObject({ code: 'host-away' });
    expect(lines.state.cancelled).toBe(true);
  });

  it('lets a download of known length go on, however long it takes', async () => {
    const file = endless('video/mp4', [['content-length', '5']]);
    const { pause, ask, clock } = setUp(async () => file.answer);
    const { body } = await ask('/film.mp4');
    pause.begin();
    clock.advance(60_000);
    file.write('12345');
    file.end();
    expect(await new Response(body).text()).toBe('12345');
  });

  it('answers a request that the site has not answered yet with what it says in time', async () => {
    const pages = [endless('text/event-stream'), endless('text/html'), endless('text/html')];
    const waiting: ((answer: HostResponse) => void)[] = [];
    const { pause, ask, clock } = setUp(() => new Promise((resolve) => waiting.push(resolve)));
    const asked = pages.map(() => ask('/slow', { headers: PAGE }));
    pause.begin();
    for (const index of [0, 1]) waiting[index]?.(pages[index]?.answer ?? never());
    expect((await asked[0])?.status).toBe(503);
    expect((await asked[1])?.status).toBe(200);
    clock.advance(PAUSE_GRACE_MS);
    waiting[2]?.(pages[2]?.answer ?? never());
    expect((await asked[2])?.status).toBe(503);
    expect(pages.map(({ state }) => state.cancelled)).toEqual([true, true, true]);
  });

  it.each([
    ['a page', PAGE],
    ['a few words', []],
  ])('does not ask for a form again that the site was given: %s', async (_, headers) => {
    const late = endless('text/html');
    let respond = (_answer: HostResponse): void => {};
    const handled = new Promise<HostResponse>((resolve) => {
      respond = resolve;
    });
    const { pause, ask, clock } = setUp(() => handled);
    const asked = ask('/order', { method: 'POST', headers });
    pause.begin();
    clock.advance(PAUSE_GRACE_MS);
    respond(late.answer);
    const answer = await asked;
    const { text, headers: fields } = await read(answer);
    expect(answer.status).toBe(503);
    expect(text).toContain('Whether it did what you asked is not known.');
    expect(text).not.toMatch(/not arrived|again/);
    expect(fields).not.toHaveProperty('retry-after');
  });

  it('cuts nothing when it ended in time', async () => {
    const page = endless('text/html');
    const { pause, ask, clock } = setUp(async () => page.answer);
    const { body } = await ask('/');
    pause.begin();
    pause.end();
    clock.advance(PAUSE_GRACE_MS * 2);
    page.write('still here');
    page.end();
    expect(await new Response(body).text()).toBe('still here');
  });
});

function never(): never {
  throw new Error('There is a page for each request.');
}
