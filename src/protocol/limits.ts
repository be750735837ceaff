/**
 * Every quantity that a peer controls, with its default and the reason for it. Tests pass smaller ones.
 * SPEC.md, section "Limits", lists the same names.
 */

const KIB = 1024;
const MIB = 1024 * KIB;

export interface Limits {
  /** Largest message, bytes. Below the 64 KiB that some implementations stop at, header included (F2). */
  readonly messageBytes: number;
  /** Largest DATA payload while the path is slow and several streams wait, so that they alternate quickly (S5). */
  readonly sharedPayloadBytes: number;
  /** Largest header block, bytes of JSON: what servers commonly accept, and it fits one frame (R1). */
  readonly headerBytes: number;
  /** Most fields in a header block (R1). */
  readonly headerFields: number;
  /** Credit a new stream starts with, bytes: at 50 ms a round trip, 20 MB/s before it has grown (C1). */
  readonly streamWindow: number;
  /** How far a stream's window grows on a fast long path, bytes (C5). */
  readonly maxStreamWindow: number;
  /** Credit a connection starts with, bytes: eight streams that nobody reads (C1). */
  readonly connectionWindow: number;
  /** The most unread bytes a connection can make this side hold (C6). */
  readonly maxConnectionWindow: number;
  /** Exchanges that a visitor may have open at once (S3). */
  readonly openStreams: number;
  /**
   * Exchanges at a host that are open or whose handlers still run, before it refuses more: twice the above,
   * so that a visitor who leaves a page with many requests for another such page is not refused (S3, X4).
   */
  readonly occupiedStreams: number;
  /** Requests a visitor may have sent before the host's HELLO; they have no credit for bodies yet (H5). */
  readonly earlyRequests: number;
  /** Bytes a host keeps for a visitor who has not proved its key yet (H5). */
  readonly earlyBytes: number;
  /** Bytes handed to the transport and not sent yet, at which the sender pauses (S5). */
  readonly sendQueueBytes: number;
  /**
   * Bytes handed to the transport and not sent yet, at which the peer is given up: more than all heads of
   * `openStreams` answers, less than the 16 MiB at which browsers close a channel (S5).
   */
  readonly maxQueuedBytes: number;
  /** Bytes of one body that wait for their turn before its producer is asked to pause (S5). */
  readonly bodyQueueBytes: number;
  /**
   * Bytes of all bodies of a connection that wait for their turn before their producers are asked to pause;
   * a body that holds nothing may have one piece all the same. Room for ten bodies that nobody reads (S5).
   */
  readonly connectionQueueBytes: number;
  /** Largest WebSocket message, bytes; a larger one ends its socket with 1009 (W5). */
  readonly socketMessageBytes: number;
  /**
   * Bytes of WebSocket messages that are taken in before somebody asks for one, so that a goodbye behind them
   * is seen; what comes beyond waits in the stream's credit. A larger message is taken in when it is asked
   * for (W6).
   */
  readonly socketReadAheadBytes: number;
  /** Room on a connection for messages larger than that while they arrive; further ones wait (W6). */
  readonly socketReassemblyBytes: number;
  /**
   * Unsent bytes on all sockets of a connection beyond which a further message ends its socket as full; one that
   * was asked for may begin below and end beyond. A host has one such queue for each visitor (W7).
   */
  readonly socketQueueBytes: number;
  /** WebSockets that a visitor has open; more wait in line. They must leave exchanges to requests (W8). */
  readonly openSockets: number;
  /** A socket that has said goodbye looks this often whether anything has left since, milliseconds (W4). */
  readonly socketCloseTimeoutMs: number;
  /**
   * Bytes that inflating one answer may hold at most beyond what was asked for: decides how little gzip is fed
   * to the inflater at a time (G4).
   */
  readonly inflateAheadBytes: number;
  /** How long a visitor may take to prove itself, and a host to answer that, milliseconds (H4). */
  readonly helloTimeoutMs: number;
  /** Silence after which a PING asks whether the peer is there, milliseconds (K1). */
  readonly pingAfterMs: number;
  /** Silence after that PING which ends the connection, milliseconds (K2). */
  readonly lostAfterMs: number;
}

export const DEFAULT_LIMITS: Limits = {
  messageBytes: 64 * KIB - 1,
  sharedPayloadBytes: 16 * KIB,
  headerBytes: 48 * KIB,
  headerFields: 256,
  streamWindow: 1 * MIB,
  maxStreamWindow: 8 * MIB,
  connectionWindow: 8 * MIB,
  maxConnectionWindow: 64 * MIB,
  openStreams: 128,
  occupiedStreams: 256,
  earlyRequests: 16,
  earlyBytes: 1 * MIB,
  sendQueueBytes: 1 * MIB,
  maxQueuedBytes: 8 * MIB,
  bodyQueueBytes: 512 * KIB,
  connectionQueueBytes: 8 * MIB,
  socketMessageBytes: 16 * MIB,
  socketReadAheadBytes: 64 * KIB,
  socketReassemblyBytes: 32 * MIB,
  socketQueueBytes: 64 * MIB,
  openSockets: 64,
  socketCloseTimeoutMs: 10_000,
  inflateAheadBytes: 4 * MIB,
  helloTimeoutMs: 10_000,
  pingAfterMs: 5_000,
  lostAfterMs: 10_000,
};

/** The defaults with some of them replaced. */
export function limitsWith(changes: Partial<Limits> | undefined): Limits {
  return { ...DEFAULT_LIMITS, ...changes };
}
