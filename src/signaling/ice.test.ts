import { describe, expect, it } from 'vitest';
import { ManualClock } from '../protocol/testing/manual-clock.ts';
import { createIceProvider, turnCredentials } from './ice.ts';
import { connect, connectHost, connectVisitor, OFFER, startTestServer } from './test-server.ts';

const turn = { urls: ['turn:turn.example:3478'], secret: 'north', ttlSeconds: 86_400 };

describe('TURN credentials', () => {
  it('are those of the published scheme: an expiry with a user, and an HMAC-SHA1 of it', () => {
    const clock = new ManualClock(1_433_895_918_506);
    // printf '1433982318:alice' | openssl dgst -sha1 -hmac north -binary | base64
    expect(turnCredentials(turn, 'alice', clock)).toEqual({
      username: '1433982318:alice',
      credential: 'r9olV/zIZlTDB5iLNJEQelg9rwI=',
    });
  });

  it('follow the list that the operator gave', () => {
    const stun = { urls: ['stun:stun.example'] };
    const provide = createIceProvider([stun], turn, new ManualClock());
    const [first, second] = provide('session');
    expect(first).toEqual(stun);
    expect(second).toMatchObject({ urls: turn.urls, username: expect.stringMatching(/:session$/) });
  });

  it('are given to hosts for their key and for each offer, to visitors for their session', async () => {
    const server = await startTestServer({ turn });
    const host = await connectHost(server, 'garden');
    const { socket, site } = await connectVisitor(server, 'garden');
    const expiry = server.clock.now() / 1000 + turn.ttlSeconds;
    socket.send({ kind: 'offer', ...OFFER });
    const offer = await host.next();
    if (offer.kind !== 'offer') throw new Error(offer.kind);
    expect(offer.iceServers).toMatchObject([{ username: `${expiry}:${offer.session}` }]);
    expect(site.iceServers).toEqual(offer.iceServers);
    const nobody = await connect(server);
    nobody.send({ kind: 'visit', name: 'meadow' });
    expect(await nobody.next()).toEqual({ kind: 'absent', reason: 'unknown' });
  });
});
