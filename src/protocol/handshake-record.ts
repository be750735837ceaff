/**
 * What both peers know of each other once offer and answer have been exchanged. Both sign it (H3), each
 * in its own role, so a signature is good for this connection only.
 */
export interface HandshakeRecord {
  /** Protocol version that the host chose from the visitor's range. */
  readonly version: number;
  /** Name of the site, e.g. `garden`. */
  readonly site: string;
  /** Public keys: P-256 points, uncompressed, base64url. */
  readonly visitorKey: string;
  readonly hostKey: string;
  /** DTLS certificate fingerprints as in SDP, upper case: `sha-256 AB:CD:…`. */
  readonly visitorFingerprint: string;
  readonly hostFingerprint: string;
  /** 16 random bytes of each side, base64url. */
  readonly visitorNonce: string;
  readonly hostNonce: string;
}

/** A range of protocol versions, both ends included. */
export interface VersionRange {
  readonly min: number;
  readonly max: number;
}

/** The versions that this code speaks. */
export const SUPPORTED_VERSIONS: VersionRange = { min: 1, max: 1 };

/** The newest version that both ranges hold, or undefined. */
export function chooseVersion(ours: VersionRange, theirs: VersionRange): number | undefined {
  const version = Math.min(ours.max, theirs.max);
  return version >= Math.max(ours.min, theirs.min) ? version : undefined;
}
