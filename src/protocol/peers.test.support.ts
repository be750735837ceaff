/** What the tests of this room share: a clock moved by hand, and a peer that says whatever a test wants. */
import type { createMemoryTransports } from '../link/memory.ts';
import type { Clock } from './clock.ts';
import { type Feature, hostFeatures, visitorFeatures } from './features.ts';
import { decodeMessage, encodeFrame, encodeFrameHeader, type Frame } from './frame.ts';
import type { HandshakeRecord } from './handshake-record.ts';
import { createHostHello, createVisitorHello, encodeHello } from './hello.ts';
import { acceptConnection, type HostConnection } from './host-connection.ts';
import type { HeaderList, HostResponse, RequestHandler } from './http-message.ts';
import { type Limits, limitsWith } from './limits.ts';
import type { Transport } from './transport.ts';
import { openConnection, type VisitorConnection } from './visitor-connection.ts';

export type Bytes = Uint8Array<ArrayBuffer>;
type MemoryPair = Awaited<ReturnType<typeof createMemoryTransports>>;

/** A clock for tests: time passes only when told to. */
export class ManualClock implements Clock {
  #now = 0;
  readonly #timers = new Set<{ readonly at: number; readonly callback: () => void }>();

  /** Timers that wait. */
  get pending(): number {
    return this.#timers.size;
  }

  now(): number {
    return this.#now;
  }

  schedule(ms: number, callback: () => void): () => void {
    const timer = { at: this.#now + ms, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Lets `ms` pass; what is due runs in order of its time, each followed by what it set off. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      const next = [...this.#timers]
        .filter((timer) => timer.at <= end)
        .sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.callback();
      await settled();
    }
    this.#now = end;
  }

  /** Jumps ahead as after a sleep: timers run late, all at the end. */
  async sleep(ms: number): Promise<void> {
    this.#now += ms;
    await this.advance(0);
  }
}

/** Resolves when every microtask that is due has run, and those that they set off. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** One end of a transport without a connection on it: records frames, sends what it is told. */
export class RawPeer {
  readonly frames: { readonly lane: number; readonly frame: Frame }[] = [];
  readonly messages: { readonly lane: number; readonly bytes: Bytes }[] = [];
  readonly closed: Promise<void>;

  constructor(readonly transport: Transport) {
    this.closed = new Promise((resolve) => {
      transport.listen({
        message: (lane, bytes) => {
          this.messages.push({ lane, bytes });
          for (const frame of decodeMessage(bytes)) this.frames.push({ lane, frame });
        },
        drained: () => {},
        closed: () => resolve(),
      });
    });
  }

  /** Sends frames in one message. */
  send(lane: number, ...frames: Frame[]): void {
    this.sendBytes(lane, messageOf(...frames));
  }

  sendBytes(lane: number, bytes: Bytes): void {
    this.transport.send(lane, bytes);
  }

  ofType<T extends Frame['type']>(type: T): Extract<Frame, { type: T }>[] {
    return this.frames
      .map(({ frame }) => frame)
      .filter((frame): frame is Extract<Frame, { type: T }> => frame.type === type);
  }

  /** The error number of the GOAWAY that came, if one did. */
  get goawayCode(): number | undefined {
    return this.ofType('goaway')[0]?.code;
  }
}

/** The same transport with another record. */
export function withRecord(transport: Transport, change: Partial<HandshakeRecord>): Transport {
  return {
    handshake: { ...transport.handshake, ...change },
    maxMessageSize: transport.maxMessageSize,
    queued: (lane) => transport.queued(lane),
    send: (lane, message) => transport.send(lane, message),
    listen: (listener) => transport.listen(listener),
    describe: () => transport.describe(),
    close: () => transport.close(),
  };
}

/** Frames as the bytes of one message. */
export function messageOf(...frames: Frame[]): Bytes {
  return concat(...frames.flatMap(encodeFrame));
}

/** A frame that the codec would not make. */
export function rawFrame(type: number, flags: number, stream: number, payload: Bytes): Bytes {
  return concat(encodeFrameHeader(type, flags, stream, payload.length), payload);
}

export function concat(...parts: Bytes[]): Bytes {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

export function text(value: string): Bytes {
  return new TextEncoder().encode(value);
}

/** A header block from any JSON value, well-formed or not. */
export function block(value: unknown): Bytes {
  return text(JSON.stringify(value));
}

export function requestFrame(
  stream: number,
  end = true,
  headers: HeaderList = [],
  method = 'GET',
): Frame {
  const fields = [[':method', method], [':target', '/'], ...headers];
  return { type: 'headers', stream, end, payload: block(fields) };
}

export function answerFrame(stream: number, end = false, status = '200', headers: HeaderList = []) {
  const payload = block([[':status', status], ...headers]);
  return { type: 'headers', stream, end, payload } as const;
}

export function dataFrame(stream: number, payload: Bytes, end = false): Frame {
  return { type: 'data', stream, end, payload };
}

export const get = { method: 'GET', target: '/', headers: [] } as const;
export const post = { method: 'POST', target: '/', headers: [] } as const;

/** An answer with this body. */
export function ok(body: HostResponse['body'] = null, headers: HeaderList = []): HostResponse {
  return { status: 200, headers, body };
}

/** A promise and its handles. */
export function gate<T = void>() {
  let resolve: (value: T) => void = () => {};
  let reject: (error: unknown) => void = () => {};
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}

/** A stream that gives `count` pieces of `size` bytes as they are asked for, and counts them. */
export function piecesOf(size: number, count: number) {
  const state = { given: 0, cancelled: undefined as unknown };
  const stream = new ReadableStream<Bytes>(
    {
      pull(controller) {
        if (state.given >= count) {
          controller.close();
          return;
        }
        state.given += 1;
        controller.enqueue(new Uint8Array(size).fill(state.given));
      },
      cancel(reason) {
        state.cancelled = reason;
      },
    },
    { highWaterMark: 0 },
  );
  return { stream, state };
}

interface ConnectOptions {
  readonly handler: RequestHandler;
  readonly clock?: Clock;
  readonly hostLimits?: Partial<Limits>;
  readonly visitorLimits?: Partial<Limits>;
  readonly hostFeatures?: readonly Feature[];
}

/** Both sides on a pair of transports, with the visitor proved. */
export async function connect(
  pair: MemoryPair,
  { handler, clock, hostLimits, visitorLimits, hostFeatures: features }: ConnectOptions,
): Promise<{ host: HostConnection; visitor: VisitorConnection }> {
  const time = clock ? { clock } : {};
  const host = accept(pair.host, handler, {
    ...time,
    limits: hostLimits ?? {},
    ...(features ? { features } : {}),
  });
  const visitor = await openConnection(pair.visitor, {
    identity: pair.visitorIdentity,
    ...time,
    limits: visitorLimits ?? {},
  });
  return { host, visitor };
}

export function accept(
  transport: Transport,
  handler: RequestHandler,
  options: {
    clock?: Clock;
    limits?: Partial<Limits>;
    signal?: AbortSignal;
    features?: readonly Feature[];
  } = {},
): HostConnection {
  return acceptConnection(transport, { handler, connectionId: 'c1', ...options });
}

/** A raw visitor that has proved itself to a host. */
export async function rawVisitor(
  pair: MemoryPair,
  handler: RequestHandler,
  options: { clock?: Clock; limits?: Partial<Limits> } = {},
  features: readonly string[] = visitorFeatures(undefined),
): Promise<{ host: HostConnection; raw: RawPeer }> {
  const raw = new RawPeer(pair.visitor);
  const host = accept(pair.host, handler, options);
  raw.send(0, await visitorHello(pair, features));
  // Moves what is stepped; does nothing to transports that move by themselves.
  await settled();
  pair.network.run('visitor');
  await host.proven;
  await settled();
  return { host, raw };
}

/** HELLO of the pair's visitor, with a good proof. */
export async function visitorHello(
  pair: MemoryPair,
  features: readonly string[] = visitorFeatures(undefined),
): Promise<Frame> {
  const { visitorIdentity, visitor } = pair;
  const hello = await createVisitorHello(visitorIdentity, visitor.handshake, limitsWith({}), []);
  return { type: 'hello', payload: encodeHello({ ...hello, features }) };
}

/** A raw host that has greeted a visitor. */
export async function rawHost(
  pair: MemoryPair,
  options: { clock?: Clock; limits?: Partial<Limits>; features?: readonly Feature[] } = {},
): Promise<{ visitor: VisitorConnection; raw: RawPeer }> {
  const { features = hostFeatures(), ...rest } = options;
  const raw = new RawPeer(pair.host);
  const identity = pair.visitorIdentity;
  const visitor = await openConnection(pair.visitor, { identity, ...rest });
  raw.send(0, { type: 'hello', payload: encodeHello(createHostHello(limitsWith({}), features)) });
  await settled();
  return { visitor, raw };
}
