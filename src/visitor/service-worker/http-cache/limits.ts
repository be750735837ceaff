/** What the cache may take up at most. A site's host decides what is cached, so each quantity has a bound. */
export interface CacheLimits {
  /** Largest body that is stored, in bytes: most photos and scripts; films and archives are passed through. */
  readonly entryBytes: number;
  /** Largest description (headers and address) of an answer that is stored, in characters. */
  readonly entryHeadLength: number;
  /** All stored bodies and descriptions together, in bytes: a small share of what browsers grant an origin. */
  readonly totalBytes: number;
  /** Number of stored answers: so many are read from disk in some hundredths of a second at the start. */
  readonly entries: number;
  /** Bodies that are being collected or written, together, in bytes: they are in memory. */
  readonly pendingBytes: number;
}

export const DEFAULT_LIMITS: CacheLimits = {
  entryBytes: 8 * 1024 * 1024,
  entryHeadLength: 16 * 1024,
  totalBytes: 128 * 1024 * 1024,
  entries: 1_024,
  pendingBytes: 32 * 1024 * 1024,
};

/**
 * How long a request waits, in ms, for the list of what is stored after the service worker was started. It
 * takes a few; on a disk that hangs, asking the host is quicker.
 */
export const INDEX_PATIENCE_MS = 250;
