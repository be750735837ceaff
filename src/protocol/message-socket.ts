/** A WebSocket as both ends of a connection see it, whoever opened it. */

/** One message: text, or bytes. */
export type SocketMessage = string | Uint8Array<ArrayBuffer>;

/** Why a socket is over. `code` is 1006 when the connection broke under it, 1005 when no code was sent. */
export interface SocketClose {
  readonly code: number;
  readonly reason: string;
  /** True when both ends have said goodbye. */
  readonly wasClean: boolean;
}

/** An open WebSocket. How fast one end reads decides how fast the other can send. */
export interface MessageSocket {
  /** The subprotocol that the host chose; empty when none. */
  readonly protocol: string;
  /** Bytes of messages that were sent here and have not been handed to the transport yet. */
  readonly bufferedAmount: number;
  /** The next message, or null once no more will come: `closed` then says why. One read at a time. */
  read(): Promise<SocketMessage | null>;
  /**
   * Sends a message, in order; its bytes are copied. Resolves when the next one should be sent; a caller that
   * does not wait only makes `bufferedAmount` grow, up to a limit at which the socket breaks (`socketQueueBytes`).
   * Does nothing on a socket that is closing or over. Rejects with `body-too-large` for a message beyond
   * `socketMessageBytes`, with nothing else.
   */
  send(message: SocketMessage): Promise<void>;
  /**
   * Begins to close: what was sent before still arrives. `read` goes on to give what the peer still sends, but
   * nothing waits for it any more. Throws `bad-input` for a code or reason that may not be sent.
   * @param code 1000 to 1003, 1007 to 1014 or 3000 to 4999; none by default. Scripts of pages are allowed fewer
   * @param reason at most 123 bytes of UTF-8
   */
  close(code?: number, reason?: string): void;
  /** Resolves when the socket is over, whatever ended it. Never rejects. */
  readonly closed: Promise<SocketClose>;
}
