/**
 * The one base class of every error that PeerServer raises on purpose, and the one table that says
 * what each stable code means to the other peer (reset reason) and to a visitor (HTTP status).
 * SPEC.md, section "Errors", prints the same table.
 */

interface ErrorMeaning {
  /** Carried in RESET and GOAWAY frames; never renumbered (E1). */
  readonly wire: number;
  /** What a visitor's page sees when the failure happens before the response's head. */
  readonly status: number;
  /** True when the request cannot have reached a handler, so sending it again is always safe. */
  readonly neverExecuted: boolean;
}

function meaning(wire: number, status: number, neverExecuted = false): ErrorMeaning {
  return { wire, status, neverExecuted };
}

/** Every code, in the order of its wire number. */
export const ERROR_MEANINGS = {
  /** Not an error: the sender no longer needs the stream. */
  cancelled: meaning(0, 499),
  /** The peer broke a rule of SPEC.md. */
  'protocol-violation': meaning(1, 502),
  /** The host's handler threw, or its body failed halfway. */
  'host-failed': meaning(2, 502),
  /** The peer sent more than it had credit for. */
  'flow-control': meaning(3, 502),
  /** A stream was refused before anything ran: too many at once, or shutting down. */
  'stream-refused': meaning(4, 503, true),
  /** No common protocol version. */
  'version-mismatch': meaning(5, 502, true),
  /** A signature or fingerprint does not fit: somebody may be in the middle. */
  'identity-mismatch': meaning(6, 502, true),
  /** The handler gave no answer in time. */
  'too-slow': meaning(7, 504),
  /** The request's body is larger than the host accepts. */
  'body-too-large': meaning(8, 413),
  /** A header block is larger than its limit. */
  'headers-too-large': meaning(9, 431),
  /** The connection ended while the exchange was open: its outcome is unknown. */
  'connection-lost': meaning(10, 502),
  /** The host is not connected to the signaling server. */
  'host-away': meaning(11, 503, true),
  /** No such name. */
  'no-such-site': meaning(12, 404, true),
  /** The peers could not reach each other. */
  'cannot-connect': meaning(13, 503, true),
  /** The signaling server cannot be reached, or refused. */
  'signaling-failed': meaning(14, 503, true),
  /** A message or field from outside is not of its form. */
  'bad-input': meaning(15, 400, true),
  /** A site name is taken, reserved or malformed. */
  'name-refused': meaning(16, 409, true),
  /** A file or folder of the site's cannot be read or written. */
  'storage-failed': meaning(17, 500),
} as const satisfies Record<string, ErrorMeaning>;

/** A stable name for what went wrong. */
export type ErrorCode = keyof typeof ERROR_MEANINGS;

/** Every error of ours: a stable `code`, a message that says what to do, and the `cause` kept. */
export class PeerServerError extends Error {
  override readonly name = 'PeerServerError';

  constructor(
    readonly code: ErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }

  /** HTTP status a visitor sees for this error, e.g. 502. */
  get status(): number {
    return ERROR_MEANINGS[this.code].status;
  }
}

const CODES = Object.keys(ERROR_MEANINGS) as ErrorCode[];
const CODE_BY_WIRE = new Map(CODES.map((code) => [ERROR_MEANINGS[code].wire, code]));

/** The code behind a wire number; an unknown number (a newer peer) reads as `host-failed` (E2). */
export function errorCodeFromWire(wire: number): ErrorCode {
  return CODE_BY_WIRE.get(wire) ?? 'host-failed';
}

/**
 * Turns anything thrown into one of our errors, keeping it as the cause.
 * An AbortError becomes `cancelled`; anything else gets `fallback`.
 */
export function asPeerServerError(thrown: unknown, fallback: ErrorCode): PeerServerError {
  if (thrown instanceof PeerServerError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const aborted = thrown instanceof Error && thrown.name === 'AbortError';
  return new PeerServerError(aborted ? 'cancelled' : fallback, message, { cause: thrown });
}
