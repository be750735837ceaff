import { describe, expect, type Mock, test, vi } from 'vitest';
import { CookieJars } from '../../host/cookies/cookie-jars.ts';
import { withCookies } from '../../host/cookies/with-cookies.ts';
import { request } from '../../host/testing/request.ts';
import { bodyOfBytes } from '../../protocol/body-streams.ts';
import { COOKIE_FIELDS, COOKIES_TARGET, type CookieState } from '../../protocol/cookie-sync.ts';
import { PeerServerError } from '../../protocol/errors.ts';
import { FEATURES } from '../../protocol/features.ts';
import {
  type BodyReader,
  headerValue,
  type RequestHead,
  type SocketAnswer,
  type VisitorResponse,
} from '../../protocol/http-message.ts';
import type { MessageSocket } from '../../protocol/message-socket.ts';
import { ManualClock } from '../../protocol/testing/manual-clock.ts';
import { parseWrittenCookie } from './cookie-string.ts';
import { CookieCourier } from './courier.ts';
import { CookieMirror } from './mirror.ts';
import type { PendingWrite } from './pending-writes.ts';

const HOST: readonly [string, string] = ['host', 'garden.localhost'];

/**
 * A courier between a mirror and a real host's end, with nothing of a network between them but what a test
 * puts there.
 */
function visit() {
  const clock = new ManualClock();
  const now = () => clock.now();
  const jars = new CookieJars({ now });
  const mirror = new CookieMirror(now);
  const asked: RequestHead[] = [];
  const network = {
    fail: undefined as PeerServerError | undefined,
    /** Holds answers back. */
    hold: undefined as Promise<void> | undefined,
    keepsCookies: true,
    /** What asking for a WebSocket brings. */
    socket: refusal().answer,
    /** In place of every body. */
    body: undefined as string | undefined,
  };
  const serve = withCookies(
    async ({ target, headers }) => {
      const set = new URLSearchParams(target.split('?')[1]).getAll('c');
      return {
        status: 200,
        headers: set.map((value) => ['set-cookie', value] as const),
        body: new TextEncoder().encode(headerValue(headers, 'cookie') ?? ''),
      };
    },
    jars,
    now,
  );
  const site = {
    async request(
      head: RequestHead,
      openBody: (() => BodyReader) | null,
    ): Promise<VisitorResponse> {
      asked.push(head);
      if (network.fail) throw network.fail;
      const features = new Set(network.keepsCookies ? [FEATURES.cookies] : []);
      const visitor = { key: 'anna', connectionId: '1', features };
      const { status, headers, body } = await serve({
        ...request(head.target, head),
        headers: [HOST, ...head.headers],
        body: openBody?.() ?? null,
        visitor,
      });
      await network.hold;
      const bytes = new Uint8Array(await new Response(network.body ?? body).arrayBuffer());
      const reader = bodyOfBytes(bytes);
      return { status, headers, body: { ...reader, takeComplete: () => bytes } };
    },
    openSocket: () => Promise.resolve(network.socket),
  };
  const published: CookieState[] = [];
  const publishing = { hold: undefined as Promise<void> | undefined };
  const courier = new CookieCourier({
    site,
    writer: 'tab',
    async publish(state) {
      published.push(state);
      mirror.apply(state);
      await publishing.hold;
    },
    clock,
    now,
  });
  let seq = 0;
  const write = (text: string, writer = 'tab'): PendingWrite => {
    const cookie = parseWrittenCookie(text, { host: HOST[1], path: '/', now: now() });
    if (!cookie) throw new Error('This is no cookie.');
    seq += 1;
    const pending = { writer, seq, text, cookie };
    mirror.write(pending);
    courier.write(pending);
    return pending;
  };
  return {
    clock,
    jars,
    courier,
    asked,
    network,
    published,
    publishing,
    write,
    shown: () => mirror.visible('/').map(({ name, value }) => `${name}=${value}`),
    pending: () => mirror.pending.length,
    async ask(target: string) {
      const answer = await courier.request({ method: 'GET', target, headers: [] }, null);
      return { ...answer, text: new TextDecoder().decode(answer.body?.takeComplete()) };
    },
  };
}

/** An answer to a request for a WebSocket that says there are cookies to be asked for. */
const LARGE: readonly [string, string] = [
  COOKIE_FIELDS.state,
  JSON.stringify({ epoch: 'e', version: 1, now: 0, acks: {}, scope: 'large', changes: [] }),
];

function refusal(): { answer: SocketAnswer; cancel: Mock } {
  const reader = bodyOfBytes(new Uint8Array(9));
  const cancel = vi.fn();
  const body = { ...reader, cancel, takeComplete: () => undefined };
  const answer: SocketAnswer = {
    kind: 'refused',
    response: { status: 403, headers: [LARGE], body },
  };
  return { answer, cancel };
}

function opening(): { answer: SocketAnswer; close: Mock } {
  const close = vi.fn();
  const socket: MessageSocket = {
    protocol: '',
    bufferedAmount: 0,
    read: () => Promise.resolve(null),
    send: () => Promise.resolve(),
    close,
    closed: new Promise(() => {}),
  };
  const answer: SocketAnswer = { kind: 'open', headers: [LARGE], socket };
  return { answer, close };
}

function deferred() {
  let resolve: () => void = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

describe('J3: an answer and its cookies', () => {
  test('an answer is held back until the pages have its cookies, and has no field of them', async () => {
    const { ask, publishing, shown } = visit();
    const hold = deferred();
    publishing.hold = hold.promise;
    let isThere = false;
    const asked = ask('/?c=a%3D1').then((answer) => {
      isThere = true;
      return answer;
    });
    await expect.poll(shown).toEqual(['a=1']);
    expect(isThere).toBe(false);
    hold.resolve();
    expect((await asked).headers).toEqual([]);
  });

  test('nothing is published when nothing is new', async () => {
    const { ask, published } = visit();
    await ask('/?c=a%3D1');
    await ask('/');
    await ask('/');
    expect(published).toHaveLength(1);
  });

  test('an answer that comes late does not turn time back', async () => {
    const { ask, network, shown } = visit();
    const hold = deferred();
    network.hold = hold.promise;
    const late = ask('/?c=a%3Dold&c=b%3D1');
    network.hold = undefined;
    await ask('/?c=a%3Dnew');
    expect(shown()).toEqual(['a=new', 'b=1']);
    hold.resolve();
    await late;
    expect(shown()).toEqual(['a=new', 'b=1']);
  });

  test('an answer that was lost takes nothing with it', async () => {
    const { ask, network, shown, courier } = visit();
    await ask('/');
    const hold = deferred();
    network.hold = hold.promise;
    const lost = courier.request({ method: 'GET', target: '/?c=a%3D1', headers: [] }, null);
    hold.resolve();
    network.hold = undefined;
    // Nobody looks at it: as if the page had given it up.
    await lost;
    await ask('/');
    expect(shown()).toEqual(['a=1']);
  });

  test('J6: more than a field holds is asked for, before the answer is handed on', async () => {
    const { ask, shown, asked } = visit();
    const set = Array.from({ length: 6 }, (_, index) => `c=c${index}%3D${'x'.repeat(3000)}`);
    await ask(`/?${set.join('&')}`);
    expect(shown()).toHaveLength(6);
    expect(asked.map(({ target }) => target).at(-1)).toBe(COOKIES_TARGET);
  });

  test('J1: fields of ours that a page has set go no further, but for its credentials', async () => {
    const { courier, asked } = visit();
    const headers = [
      ['peerserver-cookie-write', 'tab 9 a=1'],
      [COOKIE_FIELDS.credentials, 'omit'],
      ['accept', '*/*'],
    ] as const;
    await courier.request({ method: 'GET', target: '/', headers }, null);
    expect(asked[0]?.headers).toEqual([
      [COOKIE_FIELDS.credentials, 'omit'],
      ['accept', '*/*'],
      [COOKIE_FIELDS.state, 'none'],
    ]);
  });
});

describe('J4: what scripts write', () => {
  test('goes with the next request, and with each until it is acknowledged', async () => {
    const { ask, write, asked, network, pending } = visit();
    await ask('/');
    write('a=1');
    network.fail = new PeerServerError('connection-lost', 'Gone.');
    await expect(ask('/')).rejects.toMatchObject({ code: 'connection-lost' });
    network.fail = undefined;
    expect((await ask('/')).text).toBe('a=1');
    expect(pending()).toBe(0);
    await ask('/');
    const fields = asked.map(({ headers }) => headerValue(headers, COOKIE_FIELDS.write));
    expect(fields).toEqual([undefined, 'tab 1 a=1', 'tab 1 a=1', undefined]);
  });

  test('goes by itself when no request follows', async () => {
    const { courier, write, clock, asked, pending } = visit();
    await courier.connected();
    write('a=1');
    clock.advance(100);
    await expect.poll(pending).toBe(0);
    expect(asked.at(-1)).toMatchObject({ method: 'POST', target: COOKIES_TARGET });
  });

  test('goes by itself although the script does not stop writing', async () => {
    const { courier, write, clock, asked } = visit();
    await courier.connected();
    for (let round = 0; round < 20; round += 1) {
      write(`a=${round}`);
      write(`b=${round}`, 'other');
      clock.advance(10);
    }
    await expect.poll(() => asked.some(({ method }) => method === 'POST')).toBe(true);
  });

  test('waits for a lost connection, and goes first after the next', async () => {
    const { courier, write, clock, network, pending, ask } = visit();
    await courier.connected();
    network.fail = new PeerServerError('connection-lost', 'Gone.');
    write('a=1');
    clock.advance(100);
    await expect(courier.flush()).rejects.toMatchObject({ code: 'connection-lost' });
    expect(pending()).toBe(1);
    network.fail = undefined;
    await courier.connected();
    expect(pending()).toBe(0);
    expect((await ask('/')).text).toBe('a=1');
  });

  test('goes ahead of a request when it is too much for its head', async () => {
    const { courier, write, ask, asked } = visit();
    await courier.connected();
    const values = Array.from({ length: 12 }, (_, index) => `c${index}=${'x'.repeat(4000)}`);
    for (const value of values) write(value);
    expect((await ask('/')).text.split('; ')).toEqual(values);
    const head = asked.at(-1)?.headers ?? [];
    expect(head.filter(([name]) => name === COOKIE_FIELDS.write)).toEqual([]);
  });

  test('of several tabs goes in the order of time', async () => {
    const { write, ask, asked } = visit();
    await ask('/');
    write('a=1', 'other');
    write('b=1');
    write('b=2', 'other');
    write('a=2');
    expect((await ask('/')).text).toBe('a=2; b=2');
    const fields = asked.at(-1)?.headers.filter(([name]) => name === COOKIE_FIELDS.write);
    expect(fields?.map(([, value]) => value)).toEqual([
      'other 1 a=1',
      'tab 2 b=1',
      'other 3 b=2',
      'tab 4 a=2',
    ]);
  });

  test('R1: goes ahead of a request, too, when there are too many for the fields of a head', async () => {
    const { courier, write, ask, asked, pending } = visit();
    await courier.connected();
    for (let index = 0; index < 170; index += 1) write(`c${index}=1`);
    await ask('/');
    expect(asked.map(({ method }) => method)).toEqual(['GET', 'POST', 'GET']);
    expect(asked.at(-1)?.headers).toHaveLength(1);
    expect(pending()).toBe(0);
  });

  test('of another tab goes along, and by itself only much later', async () => {
    const { courier, write, clock, ask, asked } = visit();
    await courier.connected();
    const before = asked.length;
    write('a=1', 'other');
    clock.advance(1_000);
    expect(asked).toHaveLength(before);
    expect((await ask('/')).text).toBe('a=1');
    courier.acknowledge({ other: 1 });
    clock.advance(10_000);
    expect(asked).toHaveLength(before + 1);
  });

  test('what the host refuses is not seen any more, once it has said so', async () => {
    const { ask, write, shown } = visit();
    await ask('/?c=id%3Dreal; HttpOnly');
    write('id=forged');
    expect(shown()).toEqual(['id=forged']);
    expect((await ask('/')).text).toBe('id=real');
    expect(shown()).toEqual([]);
  });
});

const ODD_CHANGES = JSON.stringify({
  epoch: 'e',
  version: 1,
  now: 0,
  scope: 'all',
  changes: [1, { version: 1 }, { version: 1, cookie: { name: 'a' } }, { cookie: null }],
});

/** A good one, of 600,000 characters and 1.2 million bytes. */
const LONG_STATE = JSON.stringify({
  epoch: 'e',
  version: 1,
  now: 0,
  scope: 'all',
  changes: [{ version: 1, cookie: { name: 'a', value: '1', path: '/', order: 1, expires: null } }],
  more: '\u00fc'.repeat(600_000),
});

describe('a host that is not as one expects', () => {
  test('one that keeps no cookies is not asked to: pages have what they write, for themselves', async () => {
    const { courier, write, clock, network, asked, shown } = visit();
    network.keepsCookies = false;
    await courier.connected();
    write('a=1');
    clock.advance(10_000);
    expect(asked).toHaveLength(1);
    expect(shown()).toEqual(['a=1']);
  });

  test.each([
    ['no end', ' '.repeat(2 * 1024 * 1024)],
    ['no JSON', '<p>Not found'],
    ['nothing of ours', '{"epoch":1}'],
    ['no cookies among the changes', ODD_CHANGES],
    ['more bytes than characters, and too many', LONG_STATE],
  ])('one whose state has %s changes nothing (hostile host)', async (_, body) => {
    const { courier, network, shown } = visit();
    network.body = body;
    await courier.connected();
    expect(shown()).toEqual([]);
  });

  test('one that does not answer holds up the first page for a moment only', async () => {
    const { courier, clock, network } = visit();
    network.hold = new Promise(() => {});
    const connected = courier.connected();
    clock.advance(3_000);
    await connected;
  });

  test('one that says yes and does nothing is not asked for ever (hostile host)', async () => {
    const { courier, network, write, asked } = visit();
    await courier.connected();
    network.body = JSON.stringify({ epoch: 'e', version: 1, now: 0, scope: 'changes' });
    write('a=1');
    await courier.flush();
    expect(asked).toHaveLength(2);
  });

  test('J6: one that does not take the writes ahead of a request holds it up for 10 s', async () => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue();
    const { courier, clock, network, write, ask, asked, jars } = visit();
    await courier.connected();
    network.hold = new Promise(() => {});
    for (let index = 0; index < 70; index += 1) write(`c${index}=1`);
    const answer = ask('/');
    await expect.poll(() => jars.find('anna')).toBeDefined();
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(9_999);
    await new Promise((resolve) => setImmediate(resolve));
    expect(asked).toHaveLength(2);
    network.hold = undefined;
    clock.advance(1);
    expect((await answer).status).toBe(200);
    expect(asked).toHaveLength(3);
    expect(warn).toHaveBeenCalledOnce();
    expect(warn).toHaveBeenCalledWith(expect.stringContaining('too-slow'));
    warn.mockRestore();
  });

  test('J3: one that does not tell the cookies of an answer has it taken for lost after 10 s', async () => {
    const { courier, clock, network, asked, ask } = visit();
    const { answer, cancel } = refusal();
    network.socket = answer;
    network.hold = new Promise(() => {});
    const head: RequestHead = { method: 'GET', target: '/', headers: [] };
    const asking = courier.openSocket(head);
    await expect.poll(() => asked.length).toBe(1);
    clock.advance(10_000);
    await expect(asking).rejects.toMatchObject({ code: 'too-slow' });
    expect(cancel).toHaveBeenCalledOnce();
    network.hold = undefined;
    expect((await ask('/')).status).toBe(200);
  });

  test('a request that is given up waits for the courier’s own exchanges no longer', async () => {
    const { courier, network, asked } = visit();
    const { answer, close } = opening();
    network.socket = answer;
    network.hold = new Promise(() => {});
    const given = new AbortController();
    const head: RequestHead = { method: 'GET', target: '/', headers: [] };
    const asking = courier.openSocket(head, { signal: given.signal });
    await expect.poll(() => asked.length).toBe(1);
    given.abort();
    await expect(asking).rejects.toMatchObject({ code: 'cancelled' });
    expect(close).toHaveBeenCalledOnce();
  });

  test('one that goes before it tells the cookies leaves no socket open, and no body unread', async () => {
    const { courier, network } = visit();
    network.fail = new PeerServerError('connection-lost', 'Gone.');
    const head: RequestHead = { method: 'GET', target: '/', headers: [] };
    const opened = opening();
    network.socket = opened.answer;
    await expect(courier.openSocket(head)).rejects.toMatchObject({ code: 'connection-lost' });
    expect(opened.close).toHaveBeenCalledOnce();
    const refused = refusal();
    network.socket = refused.answer;
    await expect(courier.openSocket(head)).rejects.toMatchObject({ code: 'connection-lost' });
    expect(refused.cancel).toHaveBeenCalledWith(network.fail);
  });

  test('one that has forgotten everything is believed', async () => {
    const { courier, ask, jars, shown } = visit();
    await ask('/?c=a%3D1');
    jars.change('anna', (jar) => jar.clear());
    await courier.connected();
    expect(shown()).toEqual([]);
  });
});
