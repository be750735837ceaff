import { PeerServerError } from './errors.ts';

/** What a kept message costs beyond its bytes: without it, empty messages would be free (H5). */
const MESSAGE_OVERHEAD_BYTES = 256;

export interface EarlyMessage {
  readonly lane: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What a visitor sent before its proof had been checked, up to a limit (H5). */
export class EarlyMessages {
  readonly #limit: number;
  #messages: EarlyMessage[] = [];
  #bytes = 0;

  /** @param limit bytes, overhead included */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Keeps one message. Throws `protocol-violation` past the limit. */
  keep(message: EarlyMessage): void {
    this.#bytes += message.bytes.length + MESSAGE_OVERHEAD_BYTES;
    if (this.#bytes > this.#limit) {
      this.#messages = [];
      throw new PeerServerError('protocol-violation', 'Too much arrived before the proof.');
    }
    this.#messages.push(message);
  }

  /** All that was kept, in order; it is kept no longer. */
  take(): readonly EarlyMessage[] {
    const messages = this.#messages;
    this.#messages = [];
    return messages;
  }
}
