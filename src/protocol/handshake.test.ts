import { describe, expect, test } from 'vitest';
import { createMemoryTransports } from '../link/memory.ts';
import { ERROR_MEANINGS } from './errors.ts';
import type { HandshakeRecord } from './handshake-record.ts';
import { createVisitorHello, encodeHello } from './hello.ts';
import { generateKeyPair, identityFromKeyPair, proofBytes } from './identity.ts';
import { limitsWith } from './limits.ts';
import {
  accept,
  dataFrame,
  get,
  ManualClock,
  ok,
  RawPeer,
  requestFrame,
  settled,
  text,
  visitorHello,
  withRecord,
} from './peers.test.support.ts';
import { MIN_MESSAGE_BYTES } from './usable-transport.ts';
import { openConnection } from './visitor-connection.ts';

describe('the handshake', () => {
  test('a visitor with another key than it named is refused and nothing runs (H4)', async () => {
    const pair = await createMemoryTransports();
    let ran = 0;
    const host = accept(pair.host, async () => {
      ran += 1;
      return ok();
    });
    const identity = await identityFromKeyPair(await generateKeyPair());
    const visitor = await openConnection(pair.visitor, { identity });
    await expect(visitor.request(get, null)).rejects.toMatchObject({ code: 'connection-lost' });
    await expect(host.proven).rejects.toMatchObject({ code: 'identity-mismatch' });
    expect((await host.closed)?.code).toBe('identity-mismatch');
    expect((await visitor.closed)?.code).toBe('identity-mismatch');
    expect(ran).toBe(0);
  });

  test.each([
    ['site', 'other'],
    ['hostKey', 'x'],
    ['hostFingerprint', 'sha-256 00'],
    ['visitorFingerprint', 'sha-256 00'],
    ['hostNonce', 'x'],
    ['visitorNonce', 'x'],
  ])('a proof over another %s is refused (H2)', async (field, value) => {
    const pair = await createMemoryTransports();
    const host = accept(pair.host, async () => ok());
    const transport = withRecord(pair.visitor, { [field]: value });
    await openConnection(transport, { identity: pair.visitorIdentity });
    await expect(host.proven).rejects.toMatchObject({ code: 'identity-mismatch' });
  });

  test("the host's own proof played back is refused (H2)", async () => {
    const pair = await createMemoryTransports();
    const raw = new RawPeer(pair.visitor);
    const host = accept(pair.host, async () => ok());
    const { handshake } = pair.visitor;
    const hello = await createVisitorHello(pair.visitorIdentity, handshake, limitsWith({}), []);
    const proof = await pair.visitorIdentity.sign(proofBytes('host', handshake));
    raw.send(0, { type: 'hello', payload: encodeHello({ ...hello, proof }) });
    await expect(host.proven).rejects.toMatchObject({ code: 'identity-mismatch' });
  });

  test.each([
    undefined,
    '',
    'AAAA',
    '!'.repeat(86),
    'A'.repeat(86),
  ])('the proof %j is refused (H4)', async (proof) => {
    const pair = await createMemoryTransports();
    const raw = new RawPeer(pair.visitor);
    const host = accept(pair.host, async () => ok());
    const { proof: good, ...rest } = await createVisitorHello(
      pair.visitorIdentity,
      pair.visitor.handshake,
      limitsWith({}),
      [],
    );
    expect(good?.length).toBe(86);
    const fields = proof === undefined ? rest : { ...rest, proof };
    raw.send(0, { type: 'hello', payload: encodeHello(fields) });
    await expect(host.proven).rejects.toMatchObject({ code: 'identity-mismatch' });
  });

  test('proof bytes are ten lines in a fixed order (H2)', () => {
    const record: HandshakeRecord = {
      version: 1,
      site: 'garden',
      visitorKey: 'vk',
      hostKey: 'hk',
      visitorFingerprint: 'vf',
      hostFingerprint: 'hf',
      visitorNonce: 'vn',
      hostNonce: 'hn',
    };
    expect(new TextDecoder().decode(proofBytes('visitor', record))).toBe(
      'peerserver connection proof\nvisitor\n1\ngarden\nvk\nhk\nvf\nhf\nvn\nhn',
    );
    expect(() => proofBytes('host', { ...record, site: 'a\nb' })).toThrow('line break');
  });

  test('a version that is not spoken ends the connection on either side (V1)', async () => {
    const pair = await createMemoryTransports();
    const host = accept(withRecord(pair.host, { version: 2 }), async () => ok());
    expect((await host.closed)?.code).toBe('version-mismatch');
    const other = await createMemoryTransports();
    const identity = other.visitorIdentity;
    const visitor = await openConnection(withRecord(other.visitor, { version: 0 }), { identity });
    expect((await visitor.closed)?.code).toBe('version-mismatch');
  });

  test('a path for tiny messages only is refused (L4)', async () => {
    const pair = await createMemoryTransports({ maxMessageSize: MIN_MESSAGE_BYTES - 1 });
    const host = accept(pair.host, async () => ok());
    expect((await host.closed)?.code).toBe('protocol-violation');
    const enough = await createMemoryTransports({ maxMessageSize: MIN_MESSAGE_BYTES });
    const body = new Uint8Array(100_000).fill(1);
    accept(enough.host, async () => ok(body));
    const visitor = await openConnection(enough.visitor, { identity: enough.visitorIdentity });
    const answer = await visitor.request(get, null);
    await answer.body?.read();
    expect(answer.status).toBe(200);
    answer.body?.cancel();
  });

  test('silence ends the connection after helloTimeoutMs (H4)', async () => {
    const pair = await createMemoryTransports();
    const clock = new ManualClock();
    const raw = new RawPeer(pair.visitor);
    const host = accept(pair.host, async () => ok(), { clock });
    await clock.advance(9_999);
    expect(raw.frames).toEqual([]);
    await clock.advance(1);
    expect((await host.closed)?.code).toBe('too-slow');
    await expect(host.proven).rejects.toMatchObject({ code: 'too-slow' });
    expect(raw.goawayCode).toBe(ERROR_MEANINGS['too-slow'].wire);
  });

  test('requests that overtake HELLO wait for the proof, then are answered (H5)', async () => {
    const pair = await createMemoryTransports();
    const raw = new RawPeer(pair.visitor);
    let ran = 0;
    const host = accept(pair.host, async () => {
      ran += 1;
      return ok(text('hello'));
    });
    raw.send(1, requestFrame(1));
    raw.send(3, requestFrame(1, false), dataFrame(1, text('upload'), true));
    await settled();
    expect(ran).toBe(0);
    raw.send(0, await visitorHello(pair));
    await host.proven;
    await settled();
    expect(ran).toBe(2);
    expect(raw.ofType('data').length).toBe(2);
  });

  test('PING and WINDOW before HELLO are violations, GOAWAY is not (H5)', async () => {
    const frames = [
      { type: 'ping', ack: false, payload: new Uint8Array(8) },
      { type: 'window', stream: 0, increment: 1 },
    ] as const;
    for (const frame of frames) {
      const pair = await createMemoryTransports();
      const raw = new RawPeer(pair.visitor);
      const host = accept(pair.host, async () => ok());
      raw.send(0, frame);
      expect((await host.closed)?.code).toBe('protocol-violation');
    }
    const pair = await createMemoryTransports();
    const raw = new RawPeer(pair.visitor);
    const host = accept(pair.host, async () => ok());
    raw.send(0, { type: 'goaway', code: 0, reason: '' });
    expect(await host.closed).toBeUndefined();
  });

  test('PING beside HELLO gets its answer after a good proof, and none after a bad one (H4, H5)', async () => {
    const ping = { type: 'ping', ack: false, payload: new Uint8Array(8).fill(7) } as const;
    const greet = async (good: boolean) => {
      const pair = await createMemoryTransports();
      const raw = new RawPeer(pair.visitor);
      const host = accept(pair.host, async () => ok());
      const hello = await visitorHello(good ? pair : await createMemoryTransports());
      raw.send(0, hello, ping, ping);
      return { host, raw };
    };
    const known = await greet(true);
    await known.host.proven;
    await settled();
    expect(known.raw.frames.map(({ frame }) => frame.type).slice(0, 2)).toEqual(['hello', 'ping']);
    const answers = known.raw.ofType('ping').filter(({ ack }) => ack);
    expect(answers).toEqual([
      { ...ping, ack: true },
      { ...ping, ack: true },
    ]);
    const stranger = await greet(false);
    expect((await stranger.host.closed)?.code).toBe('identity-mismatch');
    await settled();
    expect(stranger.raw.frames.map(({ frame }) => frame.type)).toEqual(['goaway']);
  });

  test('absurd credit beside a good HELLO ends the connection, not the program (C4)', async () => {
    const pair = await createMemoryTransports();
    const raw = new RawPeer(pair.visitor);
    const host = accept(pair.host, async () => ok());
    const window = { type: 'window', stream: 0, increment: 2 ** 31 - 1 } as const;
    raw.send(0, await visitorHello(pair), window);
    expect((await host.closed)?.code).toBe('flow-control');
  });

  test('what comes before the proof is kept up to earlyBytes, overhead included (H5)', async () => {
    const keep = async (messages: number, bytes: number) => {
      const pair = await createMemoryTransports();
      const raw = new RawPeer(pair.visitor);
      const host = accept(pair.host, async () => ok(), { limits: { earlyBytes: 10_000 } });
      for (let count = 0; count < messages; count += 1) raw.sendBytes(1, new Uint8Array(bytes));
      await settled();
      return { host, raw };
    };
    const full = await keep(1, 10_000 - 256);
    expect(full.raw.goawayCode).toBeUndefined();
    const over = await keep(1, 10_000 - 255);
    expect((await over.host.closed)?.code).toBe('protocol-violation');
    // Empty messages are not free: 39 of them fit, and no end of them does not.
    expect((await keep(39, 0)).raw.goawayCode).toBeUndefined();
    expect((await (await keep(1_000, 0)).host.closed)?.code).toBe('protocol-violation');
  });

  test('a signal that is aborted already, or later, closes either side (K4)', async () => {
    const pair = await createMemoryTransports();
    const host = accept(pair.host, async () => ok(), { signal: AbortSignal.abort() });
    expect(await host.closed).toBeUndefined();
    const identity = pair.visitorIdentity;
    await expect(
      openConnection(pair.visitor, { identity, signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({ code: 'cancelled' });
    const later = await createMemoryTransports();
    const abort = new AbortController();
    const other = accept(later.host, async () => ok());
    const visitor = await openConnection(later.visitor, {
      identity: later.visitorIdentity,
      signal: abort.signal,
    });
    await other.proven;
    abort.abort();
    expect(await visitor.closed).toBeUndefined();
    expect(await other.closed).toBeUndefined();
  });
});
