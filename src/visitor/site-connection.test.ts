import { expect, test } from 'vitest';
import { bodyOfBytes } from '../protocol/body-streams.ts';
import { PeerServerError } from '../protocol/errors.ts';
import type { RequestHead, SocketAnswer, VisitorResponse } from '../protocol/http-message.ts';
import { ManualClock } from '../protocol/testing/manual-clock.ts';
import type { VisitorConnection } from '../protocol/visitor-connection.ts';
import { SiteConnection, type SiteState } from './site-connection.ts';

const GET: RequestHead = { method: 'GET', target: '/', headers: [] };
const OK: VisitorResponse = { status: 200, headers: [], body: null };
const LOST = new PeerServerError('connection-lost', 'Gone.');

/** A connection whose answers and end the test decides. */
class FakeConnection implements VisitorConnection {
  readonly closed: Promise<PeerServerError | undefined>;
  readonly asked: RequestHead[] = [];
  answer: () => Promise<VisitorResponse> = () => Promise.resolve(OK);
  answerSocket: () => Promise<SocketAnswer> = () =>
    Promise.resolve({ kind: 'refused', response: OK });
  readonly features = Promise.resolve(new Set<never>());
  end: (error?: PeerServerError) => void = () => {};

  constructor() {
    this.closed = new Promise((resolve) => {
      this.end = resolve;
    });
  }

  request(head: RequestHead): Promise<VisitorResponse> {
    this.asked.push(head);
    return this.answer();
  }

  openSocket(head: RequestHead): Promise<SocketAnswer> {
    this.asked.push(head);
    return this.answerSocket();
  }

  stats(): never {
    throw new Error('Not asked for in these tests.');
  }

  close(): void {
    this.end();
  }
}

/** Connects with what the test hands out, one outcome an attempt. */
function setUp() {
  const clock = new ManualClock();
  const states: SiteState[] = [];
  const waiting: ((outcome: FakeConnection | PeerServerError) => void)[] = [];
  const abort = new AbortController();
  const site = new SiteConnection({
    connect: () =>
      new Promise((resolve, reject) => {
        waiting.push((outcome) =>
          outcome instanceof FakeConnection ? resolve(outcome) : reject(outcome),
        );
      }),
    signal: abort.signal,
    clock,
    random: () => 0.5,
    onState: (state) => states.push(state),
  });
  /** Lets the latest attempt end, and everything that follows from it happen. */
  const settle = async (outcome: FakeConnection | PeerServerError) => {
    waiting.shift()?.(outcome);
    await flush();
  };
  return { clock, states, site, settle, abort, attempts: () => waiting.length };
}

/** All that promises have to do, done. */
function flush(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

test('a request waits for the connection that is being made', async () => {
  const { site, settle } = setUp();
  site.start();
  const answer = site.request(GET, null);
  await settle(new FakeConnection());
  expect(await answer).toBe(OK);
});

test('attempts follow one another with growing pauses', async () => {
  const { site, settle, states, clock } = setUp();
  const away = new PeerServerError('host-away', 'Asleep.');
  site.start();
  const pauses: number[] = [];
  for (let attempt = 0; attempt < 8; attempt += 1) {
    await settle(away);
    const last = states.at(-1);
    if (last?.kind !== 'waiting') throw new Error('It should pause now.');
    pauses.push(last.retryInMs);
    clock.advance(last.retryInMs);
    await flush();
  }
  expect(pauses).toEqual([250, 500, 1000, 2000, 4000, 8000, 8000, 8000]);
});

test('start while it pauses tries again at once', async () => {
  const { site, settle, attempts } = setUp();
  site.start();
  await settle(new PeerServerError('cannot-connect', 'No path.'));
  expect(attempts()).toBe(0);
  site.start();
  await flush();
  expect(attempts()).toBe(1);
});

test('a read that was under way when the connection broke is sent again over the next (E4)', async () => {
  const { site, settle, clock } = setUp();
  const first = new FakeConnection();
  first.answer = () => {
    // As the protocol does it: requests end first, then the connection is over.
    const lost = Promise.reject(LOST);
    first.end(LOST);
    return lost;
  };
  const second = new FakeConnection();
  site.start();
  await settle(first);
  const answer = site.request(GET, null);
  await flush();
  clock.advance(0);
  await flush();
  clock.advance(250);
  await flush();
  await settle(second);
  expect(await answer).toBe(OK);
  expect(first.asked).toHaveLength(1);
  expect(second.asked).toHaveLength(1);
});

test('a POST that may have run is not sent again (E4)', async () => {
  const { site, settle } = setUp();
  const connection = new FakeConnection();
  connection.answer = () => Promise.reject(LOST);
  site.start();
  await settle(connection);
  const post = site.request({ ...GET, method: 'POST' }, () => bodyOfBytes(Uint8Array.of(1)));
  await expect(post).rejects.toMatchObject({ code: 'connection-lost' });
  expect(connection.asked).toHaveLength(1);
});

test('a POST that was refused before it ran is sent again (S3)', async () => {
  const { site, settle, clock } = setUp();
  const connection = new FakeConnection();
  connection.answer = () => Promise.reject(new PeerServerError('stream-refused', 'Too many.'));
  site.start();
  await settle(connection);
  const post = site.request({ ...GET, method: 'POST' }, null);
  await flush();
  connection.answer = () => Promise.resolve(OK);
  clock.advance(0);
  expect(await post).toBe(OK);
  expect(connection.asked).toHaveLength(2);
});

test('a PUT is sent again with a fresh body, three times in all (E4)', async () => {
  const { site, settle, clock } = setUp();
  const connection = new FakeConnection();
  connection.answer = () => Promise.reject(LOST);
  site.start();
  await settle(connection);
  let bodies = 0;
  const put = site.request({ ...GET, method: 'PUT' }, () => {
    bodies += 1;
    return bodyOfBytes(Uint8Array.of(1));
  });
  const refused = expect(put).rejects.toMatchObject({ code: 'connection-lost' });
  for (let attempt = 0; attempt < 3; attempt += 1) {
    await flush();
    clock.advance(0);
  }
  await refused;
  expect(bodies).toBe(3);
});

test('an error of the host itself is passed on and not repeated', async () => {
  const { site, settle } = setUp();
  const connection = new FakeConnection();
  connection.answer = () => Promise.reject(new PeerServerError('host-failed', 'Threw.'));
  site.start();
  await settle(connection);
  await expect(site.request(GET, null)).rejects.toMatchObject({ code: 'host-failed' });
  expect(connection.asked).toHaveLength(1);
});

test('a changed identity stops it, and requests are refused until it is started again (H6)', async () => {
  const { site, settle, states, attempts } = setUp();
  site.start();
  const early = site.request(GET, null);
  early.catch(() => undefined);
  await settle(new PeerServerError('identity-mismatch', 'Another key.'));
  await expect(early).rejects.toMatchObject({ code: 'identity-mismatch' });
  expect(states.at(-1)?.kind).toBe('stopped');
  await expect(site.request(GET, null)).rejects.toMatchObject({ code: 'identity-mismatch' });
  site.start();
  await flush();
  expect(attempts()).toBe(1);
});

test('a request does not wait for ever', async () => {
  const { site, clock } = setUp();
  site.start();
  const answer = site.request(GET, null);
  clock.advance(20_000);
  await expect(answer).rejects.toMatchObject({ code: 'cannot-connect' });
});

test('a request that is given up stops waiting', async () => {
  const { site } = setUp();
  site.start();
  const abort = new AbortController();
  const answer = site.request(GET, null, { signal: abort.signal });
  abort.abort();
  await expect(answer).rejects.toMatchObject({ code: 'cancelled' });
});

test('a WebSocket waits for the connection that is being made', async () => {
  const { site, settle } = setUp();
  site.start();
  const answer = site.openSocket(GET);
  await settle(new FakeConnection());
  expect(await answer).toEqual({ kind: 'refused', response: OK });
});

test('a WebSocket that the host may have seen is not asked for again (E4)', async () => {
  const { site, settle } = setUp();
  const connection = new FakeConnection();
  connection.answerSocket = () => Promise.reject(LOST);
  site.start();
  await settle(connection);
  await expect(site.openSocket(GET)).rejects.toMatchObject({ code: 'connection-lost' });
  expect(connection.asked).toHaveLength(1);
});

test('a WebSocket that was refused before the host saw it is asked for again (S3)', async () => {
  const { site, settle, clock } = setUp();
  const connection = new FakeConnection();
  connection.answerSocket = () => Promise.reject(new PeerServerError('stream-refused', 'Lost.'));
  site.start();
  await settle(connection);
  const answer = site.openSocket(GET);
  await flush();
  connection.answerSocket = () => Promise.resolve({ kind: 'refused', response: OK });
  clock.advance(0);
  expect(await answer).toEqual({ kind: 'refused', response: OK });
  expect(connection.asked).toHaveLength(2);
});

test('a WebSocket that is given up stops waiting', async () => {
  const { site } = setUp();
  site.start();
  const abort = new AbortController();
  const answer = site.openSocket(GET, { signal: abort.signal });
  abort.abort();
  await expect(answer).rejects.toMatchObject({ code: 'cancelled' });
});

test('the end of the page closes the connection and tries nothing more', async () => {
  const { site, settle, abort, attempts, clock } = setUp();
  const connection = new FakeConnection();
  site.start();
  await settle(connection);
  abort.abort();
  expect(await connection.closed).toBeUndefined();
  clock.advance(60_000);
  await flush();
  expect(attempts()).toBe(0);
});
