/** The page's end of peer connections whose lanes live in a worker. */
import type { IceServer } from '../protocol/negotiation.ts';
import {
  BrowserConnection,
  createLaneChannels,
  createRtcConnection,
} from './browser-connection.ts';
import type { PeerCall, PeerCallResult, ToPeerPage, ToPeerWorker } from './peer-messages.ts';

/** Makes RTCPeerConnections for a worker and holds them, since only pages can. */
export class PagePeers {
  readonly #open = new Set<BrowserConnection>();

  /**
   * Makes one connection and serves it over `port`. Throws a DataCloneError where the browser cannot hand
   * channels over (before Chrome 130, Firefox 144, Safari 15).
   */
  serve(port: MessagePort, iceServers: readonly IceServer[]): void {
    const rtc = createRtcConnection(iceServers);
    const channels = createLaneChannels(rtc);
    const post = (message: ToPeerWorker, transfer: Transferable[] = []) =>
      port.postMessage(message, transfer);
    try {
      // In the same turn as their making: later they can no longer be handed over.
      post({ kind: 'lanes', channels }, channels);
    } catch (cause) {
      rtc.close();
      throw cause;
    }
    const connection = new BrowserConnection(rtc);
    this.#open.add(connection);
    const listening = new AbortController();
    connection.listen(
      {
        candidate: (candidate) => post({ kind: 'candidate', candidate }),
        state: (state) => post({ kind: 'state', state }),
      },
      listening.signal,
    );
    port.onmessage = (event: MessageEvent<ToPeerPage>) => {
      const message = event.data;
      if (message.kind === 'close') {
        listening.abort();
        connection.close();
        this.#open.delete(connection);
        port.close();
        return;
      }
      const { number } = message;
      carryOut(connection, message.call).then(
        (value) => post({ kind: 'result', number, value }),
        (thrown: unknown) => post({ kind: 'error', number, message: String(thrown) }),
      );
    };
  }

  /** Ends all connections at once: the page is about to go, and its peers should not have to find out. */
  closeAll(): void {
    for (const connection of this.#open) connection.close();
    this.#open.clear();
  }
}

async function carryOut(connection: BrowserConnection, call: PeerCall): Promise<PeerCallResult> {
  switch (call.method) {
    case 'createOffer':
      return connection.createOffer();
    case 'createAnswer':
      return connection.createAnswer();
    case 'setRemoteDescription':
      await connection.setRemoteDescription(call.type, call.sdp);
      return undefined;
    case 'addCandidate':
      await connection.addCandidate(call.candidate);
      return undefined;
    case 'describe':
      return connection.describe();
  }
}
