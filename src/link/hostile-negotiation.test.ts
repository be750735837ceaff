import { afterEach, describe, expect, it } from 'vitest';
import { randomNonce } from '../protocol/identity.ts';
import { answer } from './answer.ts';
import { dial } from './dial.ts';
import { createMemoryNegotiation, type NegotiationMessage } from './message-negotiation.ts';
import { closeAll, collect, common, newIdentity, open, start } from './testing/node-links.ts';
import { MAX_REMOTE_CANDIDATES } from './trickle.ts';

afterEach(closeAll);

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

describe('a peer that means harm', () => {
  it('gets nowhere with candidates that cannot be read', async () => {
    const { visitor, host } = createMemoryNegotiation();
    const malformed = [
      '',
      'candidate:',
      'candidate:1 1 UDP 1 256.256.256.256 99999 typ host',
      'candidate:1 1 UDP 99999999999999999999 127.0.0.1 1 typ host',
      'candidate:1 1 TCP 1 127.0.0.1 1 typ nonsense',
      `candidate:${'x'.repeat(10_000)}`,
      '\0\r\na=fingerprint:sha-256 00',
    ].map((candidate) => ({ candidate, sdpMid: '7', sdpMLineIndex: 900 }));
    for (const candidate of malformed) {
      visitor.receive({ kind: 'candidate', candidate });
      host.receive({ kind: 'candidate', candidate });
    }
    const { dialing, answering } = await start({}, { visitor, host });
    const ends = await Promise.all([dialing, answering]);
    open.push(...ends);
    const atHost = collect(ends[1]);
    ends[0].send(1, Uint8Array.of(1));
    await atHost.count(1);
  });
});
