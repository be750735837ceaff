/** WebRTC in a worker: the connection is the page's, the lanes are here. */
import type { IceServer } from '../protocol/negotiation.ts';
import type { TransportDescription } from '../protocol/transport.ts';
import { BrowserLanes } from './browser-lanes.ts';
import type { CreatePeer, PeerConnection, PeerListener } from './peer.ts';
import type { PeerCall, PeerCallResult, ToPeerPage, ToPeerWorker } from './peer-messages.ts';

/**
 * Makes connections with the help of a page.
 * @param askPage hands a port to the page, which passes it to `PagePeers.serve`
 */
export function createWorkerPeer(
  askPage: (iceServers: readonly IceServer[], port: MessagePort) => void,
): CreatePeer {
  return ({ iceServers }) =>
    new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = (event: MessageEvent<ToPeerWorker>) => {
        if (event.data.kind === 'lanes') resolve(new WorkerPeer(port1, event.data.channels));
      };
      askPage(iceServers, port2);
    });
}

interface PendingCall {
  resolve(value: PeerCallResult): void;
  reject(error: Error): void;
}

class WorkerPeer implements PeerConnection {
  readonly #port: MessagePort;
  readonly #lanes: BrowserLanes;
  readonly #listening = new AbortController();
  readonly #pending = new Map<number, PendingCall>();
  #listener: PeerListener | undefined;
  #nextNumber = 1;
  #closed = false;

  constructor(port: MessagePort, channels: readonly RTCDataChannel[]) {
    this.#port = port;
    this.#lanes = new BrowserLanes(channels);
    port.onmessage = (event: MessageEvent<ToPeerWorker>) => this.#receive(event.data);
  }

  listen(listener: PeerListener): void {
    this.#listener = listener;
    this.#lanes.listen(listener, this.#listening.signal);
  }

  async createOffer(): Promise<string> {
    return String(await this.#call({ method: 'createOffer' }));
  }

  async createAnswer(): Promise<string> {
    return String(await this.#call({ method: 'createAnswer' }));
  }

  async setRemoteDescription(type: 'offer' | 'answer', sdp: string): Promise<void> {
    await this.#call({ method: 'setRemoteDescription', type, sdp });
  }

  async addCandidate(candidate: Parameters<PeerConnection['addCandidate']>[0]): Promise<void> {
    await this.#call({ method: 'addCandidate', candidate });
  }

  queued(lane: number): number {
    return this.#lanes.queued(lane);
  }

  send(lane: number, message: Uint8Array<ArrayBuffer>): void {
    this.#lanes.send(lane, message);
  }

  closeLanes(): void {
    this.#lanes.close();
  }

  async describe(): Promise<TransportDescription> {
    const value = await this.#call({ method: 'describe' });
    return typeof value === 'object' ? value : { route: 'unknown' };
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#listening.abort();
    this.#listener = undefined;
    this.#post({ kind: 'close' });
    for (const { reject } of this.#pending.values()) reject(closed());
    this.#pending.clear();
  }

  #call(call: PeerCall): Promise<PeerCallResult> {
    const number = this.#nextNumber;
    this.#nextNumber += 1;
    return new Promise((resolve, reject) => {
      if (this.#closed) {
        reject(closed());
        return;
      }
      this.#pending.set(number, { resolve, reject });
      this.#post({ kind: 'call', number, call });
    });
  }

  #receive(message: ToPeerWorker): void {
    switch (message.kind) {
      case 'result':
        this.#pending.get(message.number)?.resolve(message.value);
        this.#pending.delete(message.number);
        break;
      case 'error':
        this.#pending.get(message.number)?.reject(new Error(message.message));
        this.#pending.delete(message.number);
        break;
      case 'candidate':
        this.#listener?.candidate(message.candidate);
        break;
      case 'state':
        this.#listener?.state(message.state);
        break;
      case 'lanes':
        break;
    }
  }

  #post(message: ToPeerPage): void {
    this.#port.postMessage(message);
  }
}

function closed(): Error {
  return new Error('The connection is closed.');
}
