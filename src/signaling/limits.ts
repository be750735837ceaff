/**
 * Every quantity that a stranger can drive up at the signaling server, with its default and its reason.
 * Each has a test that attacks it (`limits.test.ts`, `sessions.test.ts`, `claims.test.ts`).
 */
export interface SignalingLimits {
  /** WebSockets at once, all together: each costs some 50 KiB, so about 500 MiB when full. */
  readonly sockets: number;
  /** WebSockets at once from one address; an office behind one address has many hosts and few visitors. */
  readonly socketsPerAddress: number;
  /** Messages a second on one socket: a busy host answers ten visitors a second, each with 20 candidates. */
  readonly messagesPerSecond: number;
  /** Claims a minute from one address: each costs a signature check (about 0.2 ms). */
  readonly claimsPerMinute: number;
  /** Visits a minute from one address; one per opened tab, so an office of hundreds fits. */
  readonly visitsPerMinute: number;
  /** `/.peerserver/names/…` look-ups a minute from one address: someone typing causes a few a second. */
  readonly nameChecksPerMinute: number;
  /** Names that one key may hold: more than a person has sites, fewer than it takes to squat a language. */
  readonly namesPerKey: number;
  /** Leases in all; at some 250 bytes each the lease file stays under 25 MB. */
  readonly leases: number;
  /** How long a name is kept for its key after the host was last seen: 30 days, a long holiday. */
  readonly leaseMs: number;
  /** Visitors that may be negotiating with one host at once; each takes a second or so. */
  readonly waitingPerHost: number;
  /** A socket that holds no name and says nothing for so long is closed: negotiation takes seconds. */
  readonly idleMs: number;
  /** Pause between heartbeats; a peer that let one pass unanswered is gone (so after 30 to 60 s). */
  readonly heartbeatMs: number;
  /** Bytes queued towards one peer that does not read; beyond that it is cut off. */
  readonly queuedBytes: number;
  /** TCP connections at once, WebSockets included, per address listened on: twice the sockets, for pages. */
  readonly connections: number;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;

export const DEFAULT_LIMITS: SignalingLimits = {
  sockets: 10_000,
  socketsPerAddress: 500,
  messagesPerSecond: 200,
  claimsPerMinute: 120,
  visitsPerMinute: 600,
  nameChecksPerMinute: 240,
  namesPerKey: 50,
  leases: 100_000,
  leaseMs: 30 * DAY,
  waitingPerHost: 200,
  idleMs: 2 * MINUTE,
  heartbeatMs: 30 * SECOND,
  queuedBytes: 1024 * 1024,
  connections: 20_000,
};
