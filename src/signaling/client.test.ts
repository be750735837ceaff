import { describe, expect, it } from 'vitest';
import { WebSocket as NodeWebSocket } from 'ws';
import { connectSignaling, MAX_WAITING_MESSAGES, type WebSocketLike } from './client.ts';
import { MAX_SERVER_MESSAGE_BYTES } from './messages.ts';

type Listener = (event: { data: unknown; code: number; reason: string }) => void;

/** A WebSocket whose other end is the test. */
class FakeSocket implements WebSocketLike {
  readonly sent: string[] = [];
  readonly closedWith: (number | undefined)[] = [];
  readonly #listeners = new Map<string, Listener[]>();

  addEventListener(type: string, listener: Listener): void {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
  }
  send(data: string): void {
    this.sent.push(data);
  }
  close(code?: number): void {
    this.closedWith.push(code);
  }
  receive(data: unknown): void {
    this.#emit('message', { data, code: 0, reason: '' });
  }
  drop(code: number, reason = ''): void {
    this.#emit('close', { data: undefined, code, reason });
  }
  #emit(type: string, event: Parameters<Listener>[0]): void {
    for (const listener of this.#listeners.get(type) ?? []) listener(event);
  }
}

const WELCOME = '{"kind":"welcome","challenge":"abc"}';

async function connected(controller = new AbortController()) {
  const fake = new FakeSocket();
  const connecting = connectSignaling('ws://Test:8890/.peerserver/signal', {
    signal: controller.signal,
    createSocket: () => fake,
  });
  fake.receive(WELCOME);
  return { fake, socket: await connecting };
}

describe('connectSignaling', () => {
  it('resolves with the challenge of the welcome and the server that was addressed', async () => {
    const { socket } = await connected();
    expect(socket.challenge).toBe('abc');
    expect(socket.server).toBe('test:8890');
  });

  it('loses no message that comes in the same turn as the welcome, and keeps their order', async () => {
    const fake = new FakeSocket();
    const connecting = connectSignaling('ws://test', {
      signal: new AbortController().signal,
      createSocket: () => fake,
    });
    fake.receive(WELCOME);
    fake.receive('{"kind":"replaced"}');
    fake.receive('{"kind":"absent","reason":"asleep"}');
    const socket = await connecting;
    expect(await socket.next()).toEqual({ kind: 'replaced' });
    expect(await socket.next()).toEqual({ kind: 'absent', reason: 'asleep' });
  });

  it('hands a message to the one who has waited longest', async () => {
    const { fake, socket } = await connected();
    const both = Promise.all([socket.next(), socket.next()]);
    fake.receive('{"kind":"replaced"}');
    fake.receive('{"kind":"absent","reason":"unknown"}');
    expect((await both).map((message) => message.kind)).toEqual(['replaced', 'absent']);
  });

  it('gives what has arrived before it reports the end', async () => {
    const { fake, socket } = await connected();
    fake.receive('{"kind":"replaced"}');
    fake.drop(1000, 'Served elsewhere.');
    await socket.closed;
    expect(await socket.next()).toEqual({ kind: 'replaced' });
    await expect(socket.next()).rejects.toMatchObject({
      code: 'signaling-failed',
      message: expect.stringContaining('Served elsewhere.'),
    });
    expect(() => socket.send({ kind: 'release' })).toThrow('Served elsewhere.');
  });

  it('uses up no message when a wait for one is cancelled', async () => {
    const { fake, socket } = await connected();
    const controller = new AbortController();
    const waiting = socket.next(controller.signal);
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
    fake.receive('{"kind":"replaced"}');
    await expect(socket.next(controller.signal)).rejects.toMatchObject({ code: 'cancelled' });
    expect(await socket.next()).toEqual({ kind: 'replaced' });
  });

  it('sends messages as JSON text', async () => {
    const { fake, socket } = await connected();
    socket.send({ kind: 'visit', name: 'garden' });
    expect(fake.sent).toEqual(['{"kind":"visit","name":"garden"}']);
  });

  it.each([
    ['what is not JSON', 'hello'],
    ['a kind it does not know', '{"kind":"surprise"}'],
    ['a message without its fields', '{"kind":"claimed"}'],
    ['binary data', new ArrayBuffer(4)],
    ['a message that is too large', `{"kind":"${'x'.repeat(MAX_SERVER_MESSAGE_BYTES)}"}`],
    [
      'a message that is too large in bytes only',
      `{"kind":"replaced","x":"${'€'.repeat(MAX_SERVER_MESSAGE_BYTES / 2)}"}`,
    ],
  ])('closes the connection at %s', async (_, data) => {
    const { fake, socket } = await connected();
    const waiting = socket.next();
    fake.receive(data);
    await expect(waiting).rejects.toMatchObject({ code: 'signaling-failed' });
    await socket.closed;
    expect(fake.closedWith).toEqual([4002]);
  });

  it('closes the connection when the server sends more than anybody reads', async () => {
    const { fake, socket } = await connected();
    for (let i = 0; i < MAX_WAITING_MESSAGES; i += 1) fake.receive('{"kind":"replaced"}');
    expect(fake.closedWith).toEqual([]);
    fake.receive('{"kind":"replaced"}');
    await socket.closed;
    expect(fake.closedWith).toEqual([4002]);
  });

  it('refuses a server that does not begin with a welcome', async () => {
    const fake = new FakeSocket();
    const connecting = connectSignaling('ws://test', {
      signal: new AbortController().signal,
      createSocket: () => fake,
    });
    fake.receive('{"kind":"replaced"}');
    await expect(connecting).rejects.toMatchObject({ code: 'signaling-failed' });
    expect(fake.closedWith).toEqual([4002]);
  });

  it('is cancelled by its signal, before, while and after connecting', async () => {
    const signal = AbortSignal.abort();
    await expect(connectSignaling('ws://test', { signal })).rejects.toMatchObject({
      code: 'cancelled',
    });

    const early = new AbortController();
    const connecting = connectSignaling('ws://test', {
      signal: early.signal,
      createSocket: () => new FakeSocket(),
    });
    early.abort();
    await expect(connecting).rejects.toMatchObject({ code: 'cancelled' });

    const late = new AbortController();
    const { fake, socket } = await connected(late);
    late.abort();
    await socket.closed;
    expect(fake.closedWith).toEqual([1000]);
    await expect(socket.next()).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('says that a server cannot be reached', async () => {
    const connecting = connectSignaling('ws://127.0.0.1:9/', {
      signal: new AbortController().signal,
      createSocket: (url) => new NodeWebSocket(url),
    });
    await expect(connecting).rejects.toMatchObject({
      code: 'signaling-failed',
      message: expect.stringContaining('cannot be reached'),
    });
  });

  it('says that an address is not usable', async () => {
    const connecting = connectSignaling('nonsense', {
      signal: new AbortController().signal,
      createSocket: (url) => new NodeWebSocket(url),
    });
    await expect(connecting).rejects.toMatchObject({ code: 'signaling-failed' });
  });

  it('can be closed twice', async () => {
    const { fake, socket } = await connected();
    socket.close();
    socket.close();
    await socket.closed;
    expect(fake.closedWith).toEqual([1000]);
  });
});
