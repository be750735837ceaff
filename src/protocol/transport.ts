import type { HandshakeRecord } from './handshake-record.ts';

/** Lane 0 carries the connection's own frames; exchanges live on lanes 1 to 4 (L1). */
export const CONTROL_LANE = 0;
/** Several data lanes, because a lost packet holds up only the lane it belongs to. */
export const DATA_LANES = [1, 2, 3, 4] as const;
export const LANE_COUNT = 5;

/** What a transport tells the connection above it. */
export interface TransportListener {
  /** A whole message, in order within its lane. The bytes belong to the listener from now on. */
  message(lane: number, bytes: Uint8Array<ArrayBuffer>): void;
  /** A lane's queue fell to `drainThreshold` or below. */
  drained(lane: number): void;
  /** Called exactly once, last: nothing arrives afterwards. `error` is absent after our own close(). */
  closed(error?: Error): void;
}

/**
 * What the protocol needs of a transport: ordered, reliable lanes of messages.
 *
 * Failure contract: `send` throws when the transport is closed; a lane that breaks closes the whole
 * transport, which reports it through `closed`. Messages that arrive before `listen` are kept, so that
 * none is lost between opening and listening.
 */
export interface Transport {
  /** Who is at both ends and what ties them to this very connection; signed in the proofs (H3). */
  readonly handshake: HandshakeRecord;
  /** Largest message that both ends accept, in bytes. */
  readonly maxMessageSize: number;
  /** Bytes handed to `send` on this lane that have not left for the network yet. */
  queued(lane: number): number;
  /** Sends one message. The bytes are copied before it returns: the caller may use the array again. */
  send(lane: number, message: Uint8Array<ArrayBuffer>): void;
  /** Starts delivery. May be called once. */
  listen(listener: TransportListener): void;
  /** How the connection runs, for the studio's list of visitors. */
  describe(): Promise<TransportDescription>;
  /** Ends the connection; safe to call again. */
  close(): void;
}

export interface TransportDescription {
  /** `direct` between the two peers, `relayed` through a TURN server. */
  readonly route: 'direct' | 'relayed' | 'memory' | 'unknown';
  readonly remoteAddress?: string;
}

/** A lane reports `drained` when this many bytes or fewer are left in its queue. */
export const DRAIN_THRESHOLD = 256 * 1024;
