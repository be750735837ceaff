import { expect, test, vi } from 'vitest';
import type { PeerConnection } from '../../link/peer.ts';
import { endWithPage } from './tab-peers.ts';

/** Of a connection only its end is looked at here. */
function fakePeer() {
  return { close: vi.fn() } as Pick<PeerConnection, 'close'> as PeerConnection;
}

test('a page that goes closes the connections that are still open', async () => {
  const peers = [fakePeer(), fakePeer()];
  const closes = peers.map((peer) => peer.close);
  let leave = (): void => {};
  const createPeer = endWithPage(
    async () => peers.shift() ?? fakePeer(),
    (callback) => {
      leave = callback;
    },
  );
  const first = await createPeer({ iceServers: [] });
  await createPeer({ iceServers: [] });
  first.close();
  leave();
  expect(closes[0]).toHaveBeenCalledOnce();
  expect(closes[1]).toHaveBeenCalledOnce();
});
