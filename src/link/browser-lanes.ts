/** Lanes as data channels of a browser, in a page or, handed over, in a worker. */
import { DRAIN_THRESHOLD } from '../protocol/transport.ts';
import type { PeerListener } from './peer.ts';

type LaneListener = Pick<PeerListener, 'laneOpened' | 'laneMessage' | 'laneDrained' | 'laneClosed'>;

/** The channels as `PeerConnection` needs them. */
export class BrowserLanes {
  readonly #channels: readonly RTCDataChannel[];

  constructor(channels: readonly RTCDataChannel[]) {
    this.#channels = channels;
    for (const channel of channels) {
      channel.binaryType = 'arraybuffer';
      channel.bufferedAmountLowThreshold = DRAIN_THRESHOLD;
    }
  }

  /** Reports events until `signal` aborts. */
  listen(listener: LaneListener, signal: AbortSignal): void {
    for (const [id, lane] of this.#channels.entries()) {
      lane.addEventListener('open', () => listener.laneOpened(id), { signal });
      lane.addEventListener('close', () => listener.laneClosed(id), { signal });
      lane.addEventListener('bufferedamountlow', () => listener.laneDrained(id), { signal });
      lane.addEventListener(
        'message',
        ({ data }: MessageEvent<unknown>) =>
          listener.laneMessage(id, data instanceof ArrayBuffer ? new Uint8Array(data) : 'text'),
        { signal },
      );
    }
  }

  queued(lane: number): number {
    return this.#channels[lane]?.bufferedAmount ?? 0;
  }

  send(lane: number, message: Uint8Array<ArrayBuffer>): void {
    this.#channels[lane]?.send(message);
  }

  close(): void {
    for (const channel of this.#channels) channel.close();
  }
}
