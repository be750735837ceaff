import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterEach, describe, expect, it } from 'vitest';
import type { Clock } from '../protocol/clock.ts';
import { DRAIN_THRESHOLD, LANE_COUNT } from '../protocol/transport.ts';
import { CONNECT_TIMEOUT_MS } from './attempt.ts';
import { type DialProgress, dial } from './dial.ts';
import { MAX_MESSAGE_SIZE } from './max-message-size.ts';
import { createMemoryNegotiation } from './message-negotiation.ts';
import type { PeerConnection } from './peer.ts';
import { closeAll, collect, common, connect, newIdentity, start } from './testing/node-links.ts';
import { StandInPeer } from './testing/stand-in-peer.ts';

afterEach(closeAll);

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

describe('an attempt that does not succeed', () => {
  it('ends although its connection cannot be made, and closes one that comes too late', async () => {
    const controller = new AbortController();
    const peer = new StandInPeer();
    let finish: (made: PeerConnection) => void = () => undefined;
    const { visitor } = createMemoryNegotiation();
    const dialing = dial({
      ...common,
      identity: await newIdentity(),
      hostKey: '',
      createPeer: () =>
        new Promise((resolve) => {
          finish = resolve;
        }),
      channel: visitor,
      signal: controller.signal,
    });
    controller.abort();
    await expect(dialing).rejects.toMatchObject({ code: 'cancelled' });
    expect(peer.closed).toBe(false);
    finish(peer);
    await Promise.resolve();
    expect(peer.closed).toBe(true);
  });

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
