/** A courier between a mirror and a host's end, for its tests. */
import { type Mock, vi } from 'vitest';
import { CookieJars } from '../../host/cookies/cookie-jars.ts';
import { withCookies } from '../../host/cookies/with-cookies.ts';
import { request } from '../../host/testing/request.ts';
import { bodyOfBytes } from '../../protocol/body-streams.ts';
import { COOKIE_FIELDS, type CookieState } from '../../protocol/cookie-sync.ts';
import type { PeerServerError } from '../../protocol/errors.ts';
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
export function visit() {
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
export const LARGE: readonly [string, string] = [
  COOKIE_FIELDS.state,
  JSON.stringify({ epoch: 'e', version: 1, now: 0, acks: {}, scope: 'large', changes: [] }),
];

export function refusal(): { answer: SocketAnswer; cancel: Mock } {
  const reader = bodyOfBytes(new Uint8Array(9));
  const cancel = vi.fn();
  const body = { ...reader, cancel, takeComplete: () => undefined };
  const answer: SocketAnswer = {
    kind: 'refused',
    response: { status: 403, headers: [LARGE], body },
  };
  return { answer, cancel };
}

export function opening(): { answer: SocketAnswer; close: Mock } {
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

export function deferred() {
  let resolve: () => void = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
