import { describe, expect, it } from 'vitest';
import type {
  MessageSocket,
  SocketClose,
  SocketMessage,
} from '../../../protocol/message-socket.ts';
import { RUNTIME_LIMITS } from '../limits.ts';
import { type PairedSocket, WebSocketPair } from './web-socket-pair.ts';

/** A visitor's socket that a test speaks through. */
function visitorSocket() {
  const sent: SocketMessage[] = [];
  const waiting: (SocketMessage | null)[] = [];
  let wake: () => void = () => {};
  let resolveClosed: (close: SocketClose) => void = () => {};
  let reads = 0;
  const socket: MessageSocket = {
    protocol: '',
    bufferedAmount: 0,
    async read() {
      reads += 1;
      while (waiting.length === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return waiting.shift() ?? null;
    },
    send: async (message) => void sent.push(message),
    close: (code = 1005, reason = '') => {
      waiting.push(null);
      wake();
      resolveClosed({ code, reason, wasClean: true });
    },
    closed: new Promise((resolve) => {
      resolveClosed = resolve;
    }),
  };
  return {
    socket,
    sent,
    reads: () => reads,
    say: (message: SocketMessage) => {
      waiting.push(message);
      wake();
    },
    vanish: () => {
      waiting.push(null);
      wake();
      resolveClosed({ code: 1006, reason: '', wasClean: false });
    },
  };
}

function connected() {
  const pair = new WebSocketPair();
  const visitor = visitorSocket();
  pair[0].connect(visitor.socket, '');
  return { server: pair[1], client: pair[0], visitor };
}

function eventsOf(socket: PairedSocket): unknown[] {
  const events: unknown[] = [];
  socket.addEventListener('message', (event) => events.push((event as MessageEvent).data));
  socket.addEventListener('close', (event) => {
    const { code, wasClean } = event as CloseEvent;
    events.push({ code, wasClean });
  });
  return events;
}

describe('a WebSocketPair', () => {
  it('brings messages both ways, and listeners added after accept() miss none', async () => {
    const { server, visitor } = connected();
    visitor.say('early');
    server.accept();
    const events = eventsOf(server);
    server.send('out');
    server.send(new Uint8Array([1]).buffer);
    visitor.say(new Uint8Array([2]));
    await expect.poll(() => events).toEqual(['early', new Uint8Array([2]).buffer]);
    expect(visitor.sent).toEqual(['out', new Uint8Array([1])]);
  });

  it('gives bytes as Blobs where it is asked to', async () => {
    const { server, visitor } = connected();
    server.binaryType = 'blob';
    server.accept();
    const events = eventsOf(server);
    visitor.say(new Uint8Array([1, 2]));
    await expect.poll(() => events).toHaveLength(1);
    expect(events[0]).toBeInstanceOf(Blob);
  });

  it('leaves messages in the connection until it is accepted', async () => {
    const { server, visitor } = connected();
    visitor.say('a');
    await new Promise((resolve) => setImmediate(resolve));
    expect(visitor.reads()).toBe(0);
    server.accept();
    await expect.poll(() => visitor.reads()).toBeGreaterThan(0);
  });

  it('tells of the visitor’s goodbye, and of one that has vanished', async () => {
    for (const [leave, expected] of [
      [
        (visitor: ReturnType<typeof visitorSocket>) => visitor.socket.close(4001),
        { code: 4001, wasClean: true },
      ],
      [
        (visitor: ReturnType<typeof visitorSocket>) => visitor.vanish(),
        { code: 1006, wasClean: false },
      ],
    ] as const) {
      const { server, visitor } = connected();
      server.accept();
      const events = eventsOf(server);
      leave(visitor);
      await expect.poll(() => events).toEqual([expected]);
      expect(server.readyState).toBe(3);
      server.send('into the void');
      expect(visitor.sent).toEqual([]);
    }
  });

  it('says goodbye to the visitor, once', async () => {
    const { server, visitor } = connected();
    server.accept();
    const events = eventsOf(server);
    server.close(3000, 'enough');
    server.close(3001);
    expect(server.readyState).toBe(2);
    expect(await visitor.socket.closed).toEqual({ code: 3000, reason: 'enough', wasClean: true });
    await expect.poll(() => events).toEqual([{ code: 3000, wasClean: true }]);
  });

  it('calls handlers that are set as properties, and the last one only', async () => {
    const { server, visitor } = connected();
    const heard: string[] = [];
    server.onmessage = () => heard.push('first');
    server.onmessage = () => heard.push('second');
    server.accept();
    visitor.say('x');
    await expect.poll(() => heard).toEqual(['second']);
  });

  it('connects its two ends inside the sandbox, too', async () => {
    const [one, other] = Object.values(new WebSocketPair()) as [PairedSocket, PairedSocket];
    one.accept();
    other.accept();
    const [ofOne, ofOther] = [eventsOf(one), eventsOf(other)];
    one.send('hello');
    one.close(3000);
    await expect.poll(() => ofOther).toEqual(['hello', { code: 3000, wasClean: true }]);
    await expect.poll(() => ofOne).toEqual([{ code: 3000, wasClean: true }]);
  });

  it('tells of a message that the connection refuses', async () => {
    const { server, visitor } = connected();
    visitor.socket.send = async () => {
      throw new Error('too large');
    };
    server.accept();
    const errors: string[] = [];
    server.addEventListener('error', (event) => errors.push((event as ErrorEvent).message));
    server.send('x');
    await expect.poll(() => errors).toEqual(['too large']);
  });

  it.each<[string, (pair: WebSocketPair) => unknown]>([
    ['sending before accept()', (pair) => pair[1].send('x')],
    ['a code that is reserved', (pair) => pair[1].close(1006)],
    ['a reason that is too long', (pair) => pair[1].close(1000, 'ü'.repeat(62))],
    [
      'a visitor’s end that was accepted',
      (pair) => {
        pair[0].accept();
        pair[0].requireConnectable();
      },
    ],
    [
      'more than a socket holds that nobody accepts',
      (pair) => {
        pair[0].accept();
        const piece = new Uint8Array(RUNTIME_LIMITS.socketBufferBytes);
        for (let count = 0; count < 2; count += 1) pair[0].send(piece);
      },
    ],
  ])('throws for %s', (_, act) => {
    expect(() => act(new WebSocketPair())).toThrow();
  });
});
