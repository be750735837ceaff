import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterEach, describe, expect, it } from 'vitest';
import type { Clock } from '../protocol/clock.ts';
import { generateKeyPair, identityFromKeyPair, randomNonce } from '../protocol/identity.ts';
import { DRAIN_THRESHOLD, LANE_COUNT, type Transport } from '../protocol/transport.ts';
import { answer } from './answer.ts';
import { CONNECT_TIMEOUT_MS } from './attempt.ts';
import { type DialProgress, dial } from './dial.ts';
import { MAX_MESSAGE_SIZE } from './max-message-size.ts';
import {
  createMemoryNegotiation,
  type MessageNegotiation,
  type NegotiationMessage,
} from './message-negotiation.ts';
import { createNodePeer } from './node-peer.ts';
import { MAX_REMOTE_CANDIDATES } from './trickle.ts';

const open: Transport[] = [];
afterEach(() => {
  for (const transport of open.splice(0)) transport.close();
});

const newIdentity = async () => identityFromKeyPair(await generateKeyPair());
const common = { site: 'garden', iceServers: [], createPeer: createNodePeer };

interface ConnectOptions {
  tamper?: (message: NegotiationMessage) => NegotiationMessage | null;
  hostKey?: string;
  signal?: AbortSignal;
  onProgress?: (step: DialProgress) => void;
  clock?: Clock;
}

/** Starts both sides; their outcomes are the caller's to await. */
async function start(options: ConnectOptions = {}) {
  const { visitor, host } = createMemoryNegotiation(options.tamper);
  const visitorIdentity = await newIdentity();
  const hostIdentity = await newIdentity();
  const signal = options.signal ?? new AbortController().signal;
  const ending = new AbortController();
  const answering = serve(host, AbortSignal.any([signal, ending.signal]));
  const dialing = dial({
    ...common,
    ...options,
    identity: visitorIdentity,
    hostKey: options.hostKey ?? hostIdentity.publicKey,
    channel: visitor,
    signal,
  });
  // A visitor that gives up leaves the host waiting; the test's end is soon enough.
  dialing.catch(() => ending.abort());
  return { dialing, answering };

  async function serve(channel: MessageNegotiation, hostSignal: AbortSignal) {
    const offer = await channel.offer(hostSignal);
    return answer({ ...common, identity: hostIdentity, offer, channel, signal: hostSignal });
  }
}

async function connect(options?: ConnectOptions) {
  const { dialing, answering } = await start(options);
  const [visitor, host] = await Promise.all([dialing, answering]);
  open.push(visitor, host);
  return { visitor, host };
}

/** Listens and collects messages; `count` resolves when so many are there. */
function collect(transport: Transport) {
  const messages: { lane: number; bytes: Uint8Array<ArrayBuffer> }[] = [];
  let check: () => void = () => undefined;
  const drained = new Set<number>();
  const closed = new Promise<Error | undefined>((resolve) => {
    transport.listen({
      message: (lane, bytes) => {
        messages.push({ lane, bytes });
        check();
      },
      drained: (lane) => {
        drained.add(lane);
        check();
      },
      closed: resolve,
    });
  });
  const until = (condition: () => boolean) =>
    new Promise<void>((resolve) => {
      check = () => {
        if (condition()) resolve();
      };
      check();
    });
  return {
    messages,
    closed,
    drained,
    until,
    count: (n: number) => until(() => messages.length >= n),
  };
}

describe('dial and answer in Node', () => {
  it('connect, agree on the handshake, and tell their progress', async () => {
    const steps: DialProgress[] = [];
    const { visitor, host } = await connect({ onProgress: (step) => steps.push(step) });
    expect(visitor.handshake).toEqual(host.handshake);
    expect(visitor.maxMessageSize).toBe(MAX_MESSAGE_SIZE);
    expect(steps).toEqual(['offering', 'waiting', 'answered', 'checking', 'connected']);
    const description = await visitor.describe();
    expect(description.route).toBe('direct');
    expect(description.remoteAddress).toMatch(/:\d+$/);
  });

  it('carry messages on every lane, in memory of their own', async () => {
    const { visitor, host } = await connect();
    const atHost = collect(host);
    const whole = Uint8Array.of(9, 1, 2, 3, 9);
    for (let lane = 0; lane < LANE_COUNT; lane += 1) {
      visitor.send(lane, whole.subarray(1, 4));
      visitor.send(lane, new Uint8Array(MAX_MESSAGE_SIZE).fill(lane));
    }
    await atHost.count(2 * LANE_COUNT);
    for (let lane = 0; lane < LANE_COUNT; lane += 1) {
      const [first, second] = atHost.messages.filter((message) => message.lane === lane);
      expect([...(first?.bytes ?? [])]).toEqual([1, 2, 3]);
      expect(first?.bytes.constructor).toBe(Uint8Array);
      expect(first?.bytes.buffer.byteLength).toBe(3);
      expect(second?.bytes).toEqual(new Uint8Array(MAX_MESSAGE_SIZE).fill(lane));
    }
  });

  it('keep messages that arrive before anybody listens', async () => {
    const { visitor, host } = await connect();
    const early = collect(visitor);
    visitor.send(1, Uint8Array.of(1));
    visitor.send(2, Uint8Array.of(2));
    host.send(0, Uint8Array.of(0));
    await early.count(1);
    const late = collect(host);
    await late.count(2);
    expect(late.messages.map(({ lane }) => lane).sort()).toEqual([1, 2]);
  });

  it('count what is queued and report that it has drained', async () => {
    const { visitor, host } = await connect();
    const atHost = collect(host);
    const atVisitor = collect(visitor);
    const count = 64;
    for (let i = 0; i < count; i += 1) visitor.send(3, new Uint8Array(MAX_MESSAGE_SIZE));
    expect(visitor.queued(3)).toBeGreaterThan(DRAIN_THRESHOLD);
    expect(visitor.queued(2)).toBe(0);
    await atVisitor.until(() => atVisitor.drained.has(3));
    await atHost.count(count);
    expect(visitor.queued(3)).toBe(0);
  });

  it('deliver last words before the end, and tell whose end it was', async () => {
    const { visitor, host } = await connect();
    const atHost = collect(host);
    const atVisitor = collect(visitor);
    for (let i = 0; i < 20; i += 1) visitor.send(4, new Uint8Array(MAX_MESSAGE_SIZE));
    visitor.send(0, Uint8Array.of(7));
    visitor.close();
    visitor.close();
    expect(await atVisitor.closed).toBeUndefined();
    expect(await atHost.closed).toMatchObject({ code: 'connection-lost' });
    expect(atHost.messages).toHaveLength(21);
    expect(() => visitor.send(0, Uint8Array.of(1))).toThrow('closed');
    expect(host.queued(0)).toBe(0);
    expect(() => host.send(0, Uint8Array.of(1))).toThrow('closed');
  });

  it('refuse messages that are too large and lanes that do not exist', async () => {
    const { visitor } = await connect();
    expect(() => visitor.send(1, new Uint8Array(MAX_MESSAGE_SIZE + 1))).toThrow('too large');
    expect(() => visitor.send(5, Uint8Array.of(1))).toThrow('no lane 5');
  });
});

describe('a negotiation that somebody tampers with', () => {
  const DIGEST = Array.from({ length: 32 }, () => 'AB').join(':');
  const swap = (sdp: string) => sdp.replace(/sha-256 [0-9A-F:]+/, `sha-256 ${DIGEST}`);

  it.each<[string, (message: NegotiationMessage) => NegotiationMessage]>([
    [
      "the host's fingerprint is swapped",
      (m) => (m.kind === 'answer' ? { ...m, answer: { ...m.answer, sdp: swap(m.answer.sdp) } } : m),
    ],
    [
      "the visitor's fingerprint is swapped",
      (m) => (m.kind === 'offer' ? { ...m, offer: { ...m.offer, sdp: swap(m.offer.sdp) } } : m),
    ],
    [
      "the host's nonce is another",
      (m) =>
        m.kind === 'answer' ? { ...m, answer: { ...m.answer, hostNonce: randomNonce() } } : m,
    ],
    [
      "the visitor's key is another",
      (m) =>
        m.kind === 'offer' ? { ...m, offer: { ...m.offer, visitorKey: `B${'A'.repeat(86)}` } } : m,
    ],
    [
      'a second fingerprint is added to the answer',
      (m) =>
        m.kind === 'answer'
          ? {
              ...m,
              answer: { ...m.answer, sdp: `${m.answer.sdp}a=fingerprint:sha-256 ${DIGEST}\r\n` },
            }
          : m,
    ],
  ])('is refused as an identity mismatch when %s', async (_, tamper) => {
    const { dialing, answering } = await start({ tamper });
    await expect(dialing).rejects.toMatchObject({ code: 'identity-mismatch' });
    await expect(answering).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('is refused when the host has another key than expected', async () => {
    const { publicKey } = await newIdentity();
    const { dialing, answering } = await start({ hostKey: publicKey });
    await expect(dialing).rejects.toMatchObject({ code: 'identity-mismatch' });
    await expect(answering).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('is refused by the host when no version is common, and by the visitor when one was not offered', async () => {
    const future = await start({
      tamper: (m) =>
        m.kind === 'offer' ? { ...m, offer: { ...m.offer, versions: { min: 7, max: 9 } } } : m,
    });
    await expect(future.answering).rejects.toMatchObject({ code: 'version-mismatch' });
    const invented = await start({
      tamper: (m) => (m.kind === 'answer' ? { ...m, answer: { ...m.answer, version: 9 } } : m),
    });
    await expect(invented.dialing).rejects.toMatchObject({ code: 'version-mismatch' });
    await expect(invented.answering).rejects.toMatchObject({ code: 'cancelled' });
    future.dialing.catch(() => undefined);
  });

  it('is refused for nonces and keys of the wrong length and for SDP that is none', async () => {
    const fields = [{ visitorNonce: 'AAAA' }, { visitorKey: 'AAAA' }, { sdp: 'hello' }];
    for (const change of fields) {
      const { answering, dialing } = await start({
        tamper: (m) => (m.kind === 'offer' ? { ...m, offer: { ...m.offer, ...change } } : m),
      });
      dialing.catch(() => undefined);
      await expect(answering).rejects.toMatchObject({ code: 'bad-input' });
    }
  });

  it('survives a flood of candidates that mean nothing', async () => {
    let flooded = false;
    const { visitor, host } = createMemoryNegotiation();
    const identity = await newIdentity();
    const hostIdentity = await newIdentity();
    const { signal } = new AbortController();
    const dialing = dial({
      ...common,
      identity,
      hostKey: hostIdentity.publicKey,
      channel: visitor,
      signal,
    });
    const offer = await host.offer(signal);
    let taken = 0;
    const junk = { candidate: 'candidate:junk', sdpMid: '0', sdpMLineIndex: 0 };
    const channel = {
      sendAnswer: host.sendAnswer.bind(host),
      sendCandidate: host.sendCandidate.bind(host),
      async *candidates() {
        for (; taken < 10 * MAX_REMOTE_CANDIDATES; taken += 1) yield junk;
        flooded = true;
      },
    };
    const hostTransport = await answer({
      ...common,
      identity: hostIdentity,
      offer,
      channel,
      signal,
    });
    open.push(hostTransport, await dialing);
    expect(taken).toBe(MAX_REMOTE_CANDIDATES);
    expect(flooded).toBe(false);
  });
});

describe('an attempt that does not succeed', () => {
  it('ends when its signal aborts', async () => {
    const controller = new AbortController();
    const { dialing, answering } = await start({
      signal: controller.signal,
      onProgress: (step) => {
        if (step === 'waiting') controller.abort();
      },
    });
    await expect(dialing).rejects.toMatchObject({ code: 'cancelled' });
    await expect(answering).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('ends when its time is up, and says at which step', async () => {
    let ring: () => void = () => undefined;
    const clock: Clock = {
      now: () => 0,
      schedule(ms, callback) {
        if (ms === CONNECT_TIMEOUT_MS) ring = callback;
        return () => undefined;
      },
    };
    const { dialing, answering } = await start({
      clock,
      tamper: (m) => (m.kind === 'answer' ? null : m),
      onProgress: (step) => {
        if (step === 'waiting') queueMicrotask(() => ring());
      },
    });
    await expect(dialing).rejects.toMatchObject({ code: 'cannot-connect' });
    await expect(dialing).rejects.toThrow('waiting');
    await expect(answering).rejects.toMatchObject({ code: 'cancelled' });
  });
});

it('a Node process that connected and closed exits by itself at once', async () => {
  const bundle = await build({
    stdin: {
      contents: `
        import { answer } from './answer.ts';
        import { dial } from './dial.ts';
        import { createMemoryNegotiation } from './message-negotiation.ts';
        import { createNodePeer as createPeer } from './node-peer.ts';
        import { generateKeyPair, identityFromKeyPair } from '../protocol/identity.ts';
        const { visitor, host } = createMemoryNegotiation();
        const { signal } = new AbortController();
        const identity = await identityFromKeyPair(await generateKeyPair());
        const common = { site: 'garden', identity, iceServers: [], createPeer, signal };
        const dialing = dial({ ...common, hostKey: identity.publicKey, channel: visitor });
        const offer = await host.offer(signal);
        const ends = await Promise.all([dialing, answer({ ...common, offer, channel: host })]);
        await Promise.all(ends.map((end, index) => new Promise((closed) => {
          end.listen({ message() {}, drained() {}, closed });
          if (index === 0) end.close();
        })));
        console.log('closed');
      `,
      resolveDir: fileURLToPath(new URL('.', import.meta.url)),
    },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    packages: 'external',
  });
  const script = bundle.outputFiles[0]?.text ?? '';
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let closedAt = 0;
  child.stdout.on('data', () => {
    closedAt = performance.now();
  });
  const [code] = await once(child, 'exit');
  expect(code).toBe(0);
  expect(closedAt).toBeGreaterThan(0);
  expect(performance.now() - closedAt).toBeLessThan(2_000);
});
