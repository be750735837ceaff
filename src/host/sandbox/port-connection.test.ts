import { afterEach, describe, expect, it } from 'vitest';
import type { BodyReader, HostRequest, RequestHandler } from '../../protocol/http-message.ts';
import type { MessageSocket } from '../../protocol/message-socket.ts';
import type { TransportListener } from '../../protocol/transport.ts';
import { acceptPortConnection, openPortConnection } from './port-connection.ts';
import { PORT_MESSAGE_BYTES, PortTransport } from './port-transport.ts';

const RECORD = {
  version: 1,
  site: 'sandbox',
  visitorKey: '',
  hostKey: '',
  visitorFingerprint: '',
  hostFingerprint: '',
  visitorNonce: '',
  hostNonce: '',
};
const NO_HEADERS = { method: 'GET', target: '/', headers: [] } as const;

let ports: MessagePort[] = [];
afterEach(() => {
  for (const port of ports) port.close();
  ports = [];
});

function channel(): MessageChannel {
  const made = new MessageChannel();
  ports.push(made.port1, made.port2);
  return made;
}

/** Both ends of a connection; `handler` answers. */
async function connected(handler: RequestHandler) {
  const { port1, port2 } = channel();
  const accepting = acceptPortConnection(port2, { handler, connectionId: 'test' });
  const [{ connection, transport }, host] = await Promise.all([
    openPortConnection(port1),
    accepting,
  ]);
  return { connection, transport, host };
}

async function bytesOf(body: BodyReader | null): Promise<number> {
  let bytes = 0;
  for (let part = await body?.read(); part; part = await body?.read()) bytes += part.length;
  return bytes;
}

describe('a connection over a port', () => {
  it('answers a thousand requests at once, with none refused', async () => {
    let open = 0;
    let most = 0;
    let release: () => void = () => {};
    const all = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { connection } = await connected(async (request) => {
      open += 1;
      most = Math.max(most, open);
      if (open === 1000) release();
      await all;
      return { status: 200, headers: [['x-target', request.target]], body: new Uint8Array(100) };
    });
    const targets = Array.from({ length: 1000 }, (_, index) => `/${index}`);
    const answers = await Promise.all(
      targets.map(async (target) => {
        const { headers, body } = await connection.request(
          { method: 'GET', target, headers: [] },
          null,
        );
        return [headers.find(([name]) => name === 'x-target')?.[1], await bytesOf(body)];
      }),
    );
    expect(answers).toEqual(targets.map((target) => [target, 100]));
    expect(most).toBe(1000);
  });

  it('streams 50 MB with bounded memory in between', async () => {
    const piece = new Uint8Array(1024 * 1024);
    let made = 0;
    let read = 0;
    let furthestAhead = 0;
    const { connection } = await connected(async () => ({
      status: 200,
      headers: [],
      body: new ReadableStream<Uint8Array<ArrayBuffer>>(
        {
          pull(controller) {
            made += piece.length;
            furthestAhead = Math.max(furthestAhead, made - read);
            controller.enqueue(piece);
            if (made === 50 * piece.length) controller.close();
          },
        },
        { highWaterMark: 0 },
      ),
    }));
    const { body } = await connection.request(NO_HEADERS, null);
    for (let part = await body?.read(); part; part = await body?.read()) read += part.length;
    expect(read).toBe(50 * piece.length);
    expect(furthestAhead).toBeLessThan(8 * 1024 * 1024);
  });

  it('goes on with other requests while a hundred bodies lie unread', async () => {
    const { connection } = await connected(async (request: HostRequest) =>
      request.method === 'POST'
        ? await new Promise<never>((_, reject) =>
            request.signal.addEventListener('abort', () => reject(request.signal.reason)),
          )
        : { status: 200, headers: [], body: new Uint8Array([1]) },
    );
    const leave = new AbortController();
    const head = { method: 'POST', target: '/', headers: [] } as const;
    const uploads = Array.from({ length: 100 }, () => {
      const body: BodyReader = { read: async () => new Uint8Array(64 * 1024), cancel: () => {} };
      return connection.request(head, body, { signal: leave.signal });
    });
    expect((await connection.request(NO_HEADERS, null)).status).toBe(200);
    leave.abort();
    const ended = await Promise.allSettled(uploads);
    expect(ended.every(({ status }) => status === 'rejected')).toBe(true);
  });

  it('carries WebSockets', async () => {
    const { connection } = await connected(async () => ({
      status: 101,
      headers: [],
      body: null,
      webSocket: async (socket: MessageSocket) => {
        const message = await socket.read();
        await socket.send(`heard ${message}`);
        socket.close(4001, 'done');
      },
    }));
    const answer = await connection.openSocket(NO_HEADERS);
    if (answer.kind !== 'open') throw new Error('refused');
    await answer.socket.send('hello');
    expect(await answer.socket.read()).toBe('heard hello');
    expect((await answer.socket.closed).code).toBe(4001);
  });

  it('tells both ends when one closes', async () => {
    const { connection, host } = await connected(async () => await new Promise<never>(() => {}));
    const request = connection.request(NO_HEADERS, null);
    host.close();
    await expect(request).rejects.toMatchObject({ code: 'connection-lost' });
    await connection.closed;
  });

  it('answers a ping when its event loop turns', async () => {
    const { transport } = await connected(async () => await new Promise<never>(() => {}));
    await new Promise<void>((resolve) => transport.ping(resolve));
  });

  it.each([
    'requests',
    'assets',
  ])('lets no sandbox ask for signs of life on the port for %s', async (which) => {
    const { port1, port2 } = channel();
    const handler = async () => await new Promise<never>(() => {});
    const other = { connectionId: 'sandbox', handler };
    const [host] =
      which === 'requests'
        ? await Promise.all([
            openPortConnection(port1).then(({ connection }) => connection),
            acceptPortConnection(port2, other),
          ])
        : await Promise.all([
            acceptPortConnection(port1, { connectionId: 'host', handler, answersPings: false }),
            openPortConnection(port2),
          ]);
    port2.postMessage('ping');
    expect(await host.closed).toMatchObject({
      message: 'The other end of the port sent what no message is.',
    });
  });

  it('does not begin with who introduces itself with anything but a key', async () => {
    const { port1, port2 } = channel();
    const accepting = acceptPortConnection(port2, {
      handler: async () => await new Promise<never>(() => {}),
      connectionId: 'test',
    });
    port1.postMessage({ key: 'x' });
    await expect(accepting).rejects.toMatchObject({ code: 'protocol-violation' });
  });
});

describe('the transport over a port', () => {
  function listened(port: MessagePort) {
    const messages: [number, number][] = [];
    const drained: number[] = [];
    const transport = new PortTransport(port, RECORD, { answersPings: true });
    const closed = new Promise<Error | undefined>((resolve) => {
      const listener: TransportListener = {
        message: (lane, bytes) => messages.push([lane, bytes.length]),
        drained: (lane) => drained.push(lane),
        closed: resolve,
      };
      transport.listen(listener);
    });
    return { transport, messages, drained, closed };
  }

  it('counts what the other end has not taken in, and tells when it has', async () => {
    const { port1, port2 } = channel();
    const one = listened(port1);
    for (let sent = 0; sent < 4; sent += 1) {
      one.transport.send(2, new Uint8Array(PORT_MESSAGE_BYTES));
    }
    expect(one.transport.queued(2)).toBe(4 * PORT_MESSAGE_BYTES);
    const two = listened(port2);
    await expect.poll(() => one.transport.queued(2)).toBe(0);
    expect(one.drained).toEqual([2]);
    expect(two.messages).toEqual(Array.from({ length: 4 }, () => [2, PORT_MESSAGE_BYTES]));
  });

  it('acknowledges little messages along with those that go back', async () => {
    const { port1, port2 } = channel();
    const one = listened(port1);
    const two = listened(port2);
    one.transport.send(1, new Uint8Array(10));
    await expect.poll(() => two.messages.length).toBe(1);
    expect(one.transport.queued(1)).toBe(10);
    two.transport.send(1, new Uint8Array(5));
    await expect.poll(() => one.transport.queued(1)).toBe(0);
  });

  it('copies what is sent', async () => {
    const { port1, port2 } = channel();
    const one = new PortTransport(port1, RECORD, { answersPings: true });
    const bytes = new Uint8Array([1, 2, 3]);
    one.send(0, bytes);
    bytes.fill(9);
    const arrived = await new Promise((resolve) => {
      new PortTransport(port2, RECORD, { answersPings: true }).listen({
        message: (_, message) => resolve([...message]),
        drained: () => {},
        closed: () => {},
      });
    });
    expect(arrived).toEqual([1, 2, 3]);
  });

  it.each([
    ['text', 'hello'],
    ['an object', { lane: 1 }],
    ['null', null],
    ['too short a message', new ArrayBuffer(4)],
    ['a message on no lane', new Uint8Array([0, 0, 0, 0, 9]).buffer],
    ['a message that is too large', new ArrayBuffer(PORT_MESSAGE_BYTES + 6)],
    ['an acknowledgement of what was not sent', [0, 1]],
    ['a negative acknowledgement', [0, -1]],
    ['half an acknowledgement', [0]],
    ['an acknowledgement on no lane', ['0', 1]],
    ['a pong that was not asked for', 'pong'],
  ])('ends with %s from the other end', async (_, message) => {
    const { port1, port2 } = channel();
    const one = listened(port1);
    port2.postMessage(message);
    expect(await one.closed).toMatchObject({ code: 'protocol-violation' });
    expect(() => one.transport.send(0, new Uint8Array(1))).toThrow('closed');
  });
});
