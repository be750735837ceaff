import type { Socket } from 'node:net';

/** What has passed since the start, in bytes of message text and in numbers of messages. */
export interface TrafficStats {
  readonly messagesIn: number;
  readonly messagesOut: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/** Counts signaling messages. */
export class SignalTraffic {
  #messagesIn = 0;
  #messagesOut = 0;
  #bytesIn = 0;
  #bytesOut = 0;

  received(bytes: number): void {
    this.#messagesIn += 1;
    this.#bytesIn += bytes;
  }

  sent(bytes: number): void {
    this.#messagesOut += 1;
    this.#bytesOut += bytes;
  }

  stats(): TrafficStats {
    return {
      messagesIn: this.#messagesIn,
      messagesOut: this.#messagesOut,
      bytesIn: this.#bytesIn,
      bytesOut: this.#bytesOut,
    };
  }
}

/**
 * Counts every byte of TCP payload, whatever it was for. So a claim like "no content passed through here" needs
 * no trust in how the parts of the server count.
 */
export class NetworkTraffic {
  readonly #open = new Set<Socket>();
  #bytesIn = 0;
  #bytesOut = 0;

  /** Counts a connection from now to its end. */
  watch(socket: Socket): void {
    this.#open.add(socket);
    socket.once('close', () => {
      this.#open.delete(socket);
      this.#bytesIn += socket.bytesRead;
      this.#bytesOut += socket.bytesWritten;
    });
  }

  stats(): { bytesIn: number; bytesOut: number } {
    let bytesIn = this.#bytesIn;
    let bytesOut = this.#bytesOut;
    for (const socket of this.#open) {
      bytesIn += socket.bytesRead;
      bytesOut += socket.bytesWritten;
    }
    return { bytesIn, bytesOut };
  }
}
