/** What visitors and the author's own code can make a sandbox hold or send, with the reason for each number. */
export interface RuntimeLimits {
  /** Largest request body that is read whole (`form()`, `request.json()`), bytes: what Workers accept. */
  readonly wholeBodyBytes: number;
  /** Fields of a form: each becomes an object's property. */
  readonly formFields: number;
  /** Cookies of a request that are looked at, more than a browser keeps for a site. */
  readonly requestCookies: number;
  /** Cookies that one answer sets: they share a header block with everything else. */
  readonly answerCookies: number;
  /** Longest `name=value` of a cookie, bytes: what browsers keep (RFC 6265bis). */
  readonly cookieBytes: number;
  /** Headers of an answer, bytes of names and values: what fits the protocol's block beside its own fields. */
  readonly headerBytes: number;
  /** Fields of an answer's head; the protocol's own limit, less room for its own. */
  readonly headerFields: number;
  /** Longest entry of the log, characters: as much as a person reads. */
  readonly logCharacters: number;
  /** Longest stack, characters. */
  readonly stackCharacters: number;
  /** Entries of the log at once, and per second afterwards: more than anybody reads, less than clogs a page. */
  readonly logBurst: number;
  readonly logPerSecond: number;
  /** What one session holds, bytes of JSON: it is read and written whole with each request. */
  readonly sessionBytes: number;
  /** Sessions of one visitor's key; the oldest go first. A visitor needs one per browser profile. */
  readonly sessionsPerVisitor: number;
  /** Sessions of a site: keys cost nothing, so anybody can come with any number. The first to expire go first. */
  readonly sessions: number;
  /** Redirects that one outbound fetch follows (the Fetch standard's number). */
  readonly redirects: number;
  /** Bytes of messages that wait in a WebSocket whose other end has not been accepted. */
  readonly socketBufferBytes: number;
}

const KIB = 1024;

export const RUNTIME_LIMITS: RuntimeLimits = {
  wholeBodyBytes: 100 * KIB * KIB,
  formFields: 1000,
  requestCookies: 200,
  answerCookies: 50,
  cookieBytes: 4 * KIB,
  headerBytes: 32 * KIB,
  headerFields: 200,
  logCharacters: 10_000,
  stackCharacters: 16_000,
  logBurst: 1000,
  logPerSecond: 200,
  sessionBytes: 64 * KIB,
  sessionsPerVisitor: 16,
  sessions: 100_000,
  redirects: 20,
  socketBufferBytes: KIB * KIB,
};
