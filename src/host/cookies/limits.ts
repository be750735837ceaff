import { COOKIE_BYTES } from '../../protocol/cookie-sync.ts';

/** What a visitor can make a host keep in cookies, with the reason for each number. Tests pass smaller ones. */
export interface CookieLimits {
  /** Longest name and value together, bytes (RFC 6265bis). */
  readonly cookieBytes: number;
  /** Cookies of a visitor: what Chromium takes; the least recently used go first. */
  readonly cookiesPerJar: number;
  /**
   * Bytes of a visitor's cookies, attributes included, and of the deletions it may be told: a Cookie field that
   * handlers can still be given.
   */
  readonly jarBytes: number;
  /** Visitors with cookies. Anybody can come with any number of keys, so the longest absent go first. */
  readonly jars: number;
  /** Bytes of all jars: they are held in memory, and written as one file. */
  readonly totalBytes: number;
  /** A visitor who has been away so long has lost its session, days. */
  readonly unusedDays: number;
  /** Writers whose last number is remembered per jar: tabs of one visitor, the latest. */
  readonly writersPerJar: number;
  /** Deletions that a visitor can be told one by one; one that has missed more is told everything. */
  readonly goneCookies: number;
  /** Longest state in a field of an answer, bytes: leaves the site's own fields most of a header block. */
  readonly stateBytes: number;
  /**
   * Writes that are done for one request, as many as a visitor of ours has waiting: each costs a look at the
   * jar, however short it is. The visitor repeats those beyond, which are not acknowledged.
   */
  readonly writesPerRequest: number;
  /** Longest body of writes, bytes: everything a jar can hold, and as much again. */
  readonly writeBodyBytes: number;
}

const KIB = 1024;

export const COOKIE_LIMITS: CookieLimits = {
  cookieBytes: COOKIE_BYTES,
  cookiesPerJar: 180,
  jarBytes: 64 * KIB,
  jars: 1000,
  totalBytes: 16 * KIB * KIB,
  unusedDays: 30,
  writersPerJar: 16,
  goneCookies: 256,
  stateBytes: 12 * KIB,
  writesPerRequest: 400,
  writeBodyBytes: 128 * KIB,
};
