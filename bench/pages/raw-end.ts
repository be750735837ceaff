/**
 * One end of the raw data channel: the fastest that a plain page can be with one ordered, reliable channel
 * and the message size that PeerServer uses. It carries nothing and looks at nothing.
 */

/** 64 KiB − 1: what PeerServer's messages have at most. */
const MESSAGE_BYTES = 65_535;
/** The sender's queue is filled up to here … */
const QUEUE_BYTES = 1024 * 1024;
/** … and again when it has sunk to here. */
const REFILL_BYTES = 256 * 1024;

type Bytes = ArrayBuffer;

export class RawEnd {
  readonly #connection = new RTCPeerConnection();
  readonly #channel: RTCDataChannel;
  readonly #opened: Promise<void>;

  constructor() {
    this.#channel = this.#connection.createDataChannel('raw', { negotiated: true, id: 0 });
    this.#channel.binaryType = 'arraybuffer';
    this.#channel.bufferedAmountLowThreshold = REFILL_BYTES;
    this.#opened = new Promise((resolve) => {
      this.#channel.addEventListener('open', () => resolve(), { once: true });
    });
  }

  /** The offer, with all candidates in it. */
  async offer(): Promise<string> {
    await this.#connection.setLocalDescription(await this.#connection.createOffer());
    return this.#gathered();
  }

  /** The answer to the other end's offer, with all candidates in it. */
  async answer(offer: string): Promise<string> {
    await this.#connection.setRemoteDescription({ type: 'offer', sdp: offer });
    await this.#connection.setLocalDescription(await this.#connection.createAnswer());
    return this.#gathered();
  }

  async accept(answer: string): Promise<void> {
    await this.#connection.setRemoteDescription({ type: 'answer', sdp: answer });
  }

  /** Resolves when the channel is open. */
  opened(): Promise<void> {
    return this.#opened;
  }

  /** Makes this end the host: a text asks for that many bytes, anything else is sent back. */
  serve(): void {
    this.#channel.addEventListener('message', ({ data }: MessageEvent<string | Bytes>) => {
      if (typeof data === 'string') this.#sendBytes(Number(data));
      else this.#channel.send(data);
    });
  }

  /** Asks the host for bytes. @returns milliseconds from the question to the last byte */
  receive(bytes: number): Promise<number> {
    return new Promise((resolve) => {
      let received = 0;
      const count = ({ data }: MessageEvent<Bytes>) => {
        received += data.byteLength;
        if (received < bytes) return;
        this.#channel.removeEventListener('message', count);
        resolve(performance.now() - start);
      };
      this.#channel.addEventListener('message', count);
      const start = performance.now();
      this.#channel.send(String(bytes));
    });
  }

  /** Sends `bytes` to the host and back, `count` times one after the other. @returns milliseconds of each */
  async ping(bytes: number, count: number): Promise<number[]> {
    const message = new Uint8Array(bytes);
    const samples: number[] = [];
    while (samples.length < count) {
      const start = performance.now();
      const echo = new Promise((resolve) => {
        this.#channel.addEventListener('message', resolve, { once: true });
      });
      this.#channel.send(message);
      await echo;
      samples.push(performance.now() - start);
    }
    return samples;
  }

  #sendBytes(bytes: number): void {
    const message = new Uint8Array(MESSAGE_BYTES);
    let left = bytes;
    const fill = () => {
      while (left > 0 && this.#channel.bufferedAmount < QUEUE_BYTES) {
        const length = Math.min(left, MESSAGE_BYTES);
        this.#channel.send(length === MESSAGE_BYTES ? message : message.subarray(0, length));
        left -= length;
      }
      if (left === 0) this.#channel.removeEventListener('bufferedamountlow', fill);
    };
    this.#channel.addEventListener('bufferedamountlow', fill);
    fill();
  }

  async #gathered(): Promise<string> {
    const connection = this.#connection;
    if (connection.iceGatheringState !== 'complete') {
      await new Promise<void>((resolve) => {
        connection.addEventListener('icegatheringstatechange', () => {
          if (connection.iceGatheringState === 'complete') resolve();
        });
      });
    }
    return connection.localDescription?.sdp ?? '';
  }
}

declare global {
  interface Window {
    rawEnd: RawEnd;
  }
}

window.rawEnd = new RawEnd();
