import type { CreatePeer, PeerConnection } from '../../link/peer.ts';

/**
 * Makes connections that end with the page. A page that simply goes says nothing to its peers, and they
 * would wait for silence; closed, they hear of it at once and come back as soon as the tab does.
 * @param onPageHide calls back when the page is about to go; asked with the first connection
 */
export function endWithPage(
  createPeer: CreatePeer,
  onPageHide: (leave: () => void) => void,
): CreatePeer {
  const open = new Set<PeerConnection>();
  let listening = false;
  const listen = () => {
    if (listening) return;
    listening = true;
    onPageHide(() => {
      for (const peer of open) peer.close();
      open.clear();
    });
  };
  return async (options) => {
    listen();
    const peer = await createPeer(options);
    const close = peer.close.bind(peer);
    peer.close = () => {
      open.delete(peer);
      close();
    };
    open.add(peer);
    return peer;
  };
}
