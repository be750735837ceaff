/**
 * Reads the few facts of a session description that matter for safety. SDP is passed on as it is, so what
 * could be read in two ways (by us in one, by the WebRTC implementation in the other) is refused.
 */
import { PeerServerError } from '../protocol/errors.ts';
import { MIN_MESSAGE_BYTES } from '../protocol/usable-transport.ts';
import { MAX_MESSAGE_SIZE } from './max-message-size.ts';

export interface SdpFacts {
  /** `sha-256 AB:CD:…`, upper-case hexadecimal. */
  readonly fingerprint: string;
  /** Largest message in bytes that this peer takes; Infinity when it says that it has no limit. */
  readonly maxMessageSize: number;
}

/** In characters. Browsers write 1 to 6 KiB, candidates included. */
export const MAX_SDP_LENGTH = 32 * 1024;
/** RFC 8841, section 6.1: what a peer takes that does not say so. */
const DEFAULT_MAX_MESSAGE_SIZE = 65_536;

const FINGERPRINT = /^a=fingerprint:sha-256 ((?:[0-9a-f]{2}:){31}[0-9a-f]{2})$/i;
const DATA_SECTION = /^m=application \d{1,5} (?:UDP|TCP)\/DTLS\/SCTP webrtc-datachannel$/;

/**
 * Returns the one fingerprint and the message size of an offer or answer. Throws `identity-mismatch` for
 * several fingerprints (which one is checked would be anybody's guess), `bad-input` for anything else that
 * is not exactly one data section with exactly one SHA-256 fingerprint.
 */
export function readSdp(sdp: string): SdpFacts {
  if (sdp.length > MAX_SDP_LENGTH) {
    throw refuse(`it is longer than ${MAX_SDP_LENGTH} characters`);
  }
  // The word anywhere, in any spelling: stricter than any parser, so none can find a second one.
  const mentions = sdp.match(/fingerprint/gi)?.length ?? 0;
  if (mentions > 1) {
    throw new PeerServerError(
      'identity-mismatch',
      'The session description names several certificate fingerprints: somebody may be in the middle.',
    );
  }
  const lines = sdp.split(/\r\n|\r|\n/);
  const sections = lines.filter((line) => /^\s*m\s*=/i.test(line));
  if (sections.length !== 1) throw refuse('it must have exactly one media section');
  if (!DATA_SECTION.test(sections[0] ?? '')) throw refuse('its media section is not for data');
  const digest = lines.map((line) => FINGERPRINT.exec(line)?.[1]).find((found) => found);
  if (digest === undefined) throw refuse('it has no SHA-256 certificate fingerprint');
  return {
    fingerprint: `sha-256 ${digest.toUpperCase()}`,
    maxMessageSize: readMaxMessageSize(lines),
  };
}

function readMaxMessageSize(lines: readonly string[]): number {
  const found = lines.filter((line) => /^\s*a\s*=\s*max-message-size/i.test(line));
  if (found.length > 1) throw refuse('it names several message sizes');
  const line = found[0];
  if (line === undefined) return DEFAULT_MAX_MESSAGE_SIZE;
  const digits = /^a=max-message-size:(\d{1,15})$/.exec(line)?.[1];
  if (digits === undefined) throw refuse('its message size is not a number');
  const size = Number(digits);
  return size === 0 ? Number.POSITIVE_INFINITY : size;
}

/**
 * The largest message between us and a peer, in bytes. Throws `protocol-violation` when the peer takes too
 * little (L4).
 */
export function agreeMessageSize(ours: SdpFacts, theirs: SdpFacts): number {
  const size = Math.min(MAX_MESSAGE_SIZE, ours.maxMessageSize, theirs.maxMessageSize);
  if (size < MIN_MESSAGE_BYTES) {
    const text = `The peer takes messages of ${size} bytes only; ${MIN_MESSAGE_BYTES} are needed.`;
    throw new PeerServerError('protocol-violation', text);
  }
  return size;
}

function refuse(why: string): PeerServerError {
  return new PeerServerError('bad-input', `The session description is refused: ${why}.`);
}
