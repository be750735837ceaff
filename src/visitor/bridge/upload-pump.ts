import type { BodyReader } from '../../protocol/http-message.ts';
import { BRIDGE_WINDOW } from './messages.ts';

type Chunk = Uint8Array<ArrayBuffer>;

/** Longer pieces are cut, so that each fits the credit. */
const MAX_PIECE = BRIDGE_WINDOW / 4;

export interface UploadPumpEvents {
  chunk(bytes: Chunk): void;
  end(): void;
  failed(error: unknown): void;
}

/** Sends a request's body over the bridge as fast as the host takes it: the service worker's end. */
export class UploadPump {
  readonly #body: BodyReader;
  readonly #events: UploadPumpEvents;
  #credit = BRIDGE_WINDOW;
  #stopped = false;
  #wake: () => void = () => {};

  constructor(body: BodyReader, events: UploadPumpEvents) {
    this.#body = body;
    this.#events = events;
    void this.#run();
  }

  grant(bytes: number): void {
    this.#credit += bytes;
    this.#wake();
  }

  /** The rest is not wanted: its producer, the page, is told so. */
  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#body.cancel();
    this.#wake();
  }

  async #run(): Promise<void> {
    try {
      for (let chunk = await this.#body.read(); chunk; chunk = await this.#body.read()) {
        for (let offset = 0; offset < chunk.length; offset += MAX_PIECE) {
          const length = Math.min(MAX_PIECE, chunk.length - offset);
          while (this.#credit < length && !this.#stopped) await this.#granted();
          if (this.#stopped) return;
          this.#credit -= length;
          this.#events.chunk(
            length === chunk.length ? chunk : chunk.slice(offset, offset + length),
          );
        }
      }
      if (!this.#stopped) this.#events.end();
    } catch (error) {
      if (!this.#stopped) this.#events.failed(error);
    }
  }

  #granted(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}
