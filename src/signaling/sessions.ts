import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { SiteName } from '../address/site-name.ts';
import type { Clock } from '../protocol/clock.ts';
import type { SignalingLimits } from './limits.ts';
import type { Peer } from './peer.ts';

/** One visitor's relation to one host, across the visitor's sockets. */
export interface Session {
  readonly id: string;
  /** Known to the visitor alone; without it nobody can come back to the session. */
  readonly token: string;
  readonly name: SiteName;
  /** The visitor's socket, while there is one. */
  visitor: Peer | undefined;
  /** When the visitor hung up, on the server's clock. */
  detachedAt: number;
  /** An offer was relayed at some time. */
  offered: boolean;
  /** The latest offer was answered or declined. */
  answered: boolean;
}

/** All sessions: attached to a visitor's socket, or kept for a while after it hung up. */
export class SessionTable {
  readonly #sessions = new Map<string, Session>();
  /** Those without a visitor, in the order in which they were left, so that the first is the oldest. */
  readonly #detached = new Map<string, Session>();
  readonly #attached = new Map<SiteName, Set<Session>>();
  readonly #clock: Clock;
  readonly #limits: SignalingLimits;

  constructor(clock: Clock, limits: SignalingLimits) {
    this.#clock = clock;
    this.#limits = limits;
  }

  get size(): number {
    return this.#sessions.size;
  }

  /** A new session for `visitor`, or undefined when the host or the server has too many. */
  open(name: SiteName, visitor: Peer): Session | undefined {
    this.#dropExpired();
    if (this.#isCrowded(name)) return undefined;
    if (this.#sessions.size >= this.#limits.sessions) {
      const [oldest] = this.#detached.values();
      if (!oldest) return undefined;
      this.#drop(oldest);
    }
    const session: Session = {
      id: randomBytes(16).toString('base64url'),
      token: randomBytes(16).toString('base64url'),
      name,
      visitor: undefined,
      detachedAt: 0,
      offered: false,
      answered: false,
    };
    this.#sessions.set(session.id, session);
    this.#attach(session, visitor);
    return session;
  }

  /** The session, whoever asks: for a host, which must be the one of the session's name. */
  find(id: string): Session | undefined {
    this.#dropExpired();
    return this.#sessions.get(id);
  }

  /** The session if `token` is its own; undefined without a hint whether id or token was wrong. */
  findByToken(id: string, token: string): Session | undefined {
    const session = this.find(id);
    if (!session) return undefined;
    const given = Buffer.from(token);
    const right = Buffer.from(session.token);
    const isRight = given.length === right.length && timingSafeEqual(given, right);
    return isRight ? session : undefined;
  }

  /** Ties the session to another socket. False when the host has too many visitors waiting. */
  reattach(session: Session, visitor: Peer): boolean {
    if (session.visitor) this.detach(session);
    if (this.#isCrowded(session.name)) return false;
    this.#attach(session, visitor);
    return true;
  }

  /** The visitor hung up; the session is kept for it for `sessionMs`. */
  detach(session: Session): void {
    session.visitor = undefined;
    session.detachedAt = this.#clock.now();
    this.#detached.set(session.id, session);
    this.#leave(session);
  }

  /** Sessions of `name` that have a visitor's socket now. */
  attachedTo(name: SiteName): readonly Session[] {
    return [...(this.#attached.get(name) ?? [])];
  }

  /** Ends all sessions of a name that is given back: who claims it next is somebody else. */
  dropSite(name: SiteName): void {
    for (const session of this.#sessions.values()) if (session.name === name) this.#drop(session);
  }

  #isCrowded(name: SiteName): boolean {
    return (this.#attached.get(name)?.size ?? 0) >= this.#limits.waitingPerHost;
  }

  #attach(session: Session, visitor: Peer): void {
    session.visitor = visitor;
    this.#detached.delete(session.id);
    const attached = this.#attached.get(session.name) ?? new Set();
    this.#attached.set(session.name, attached.add(session));
  }

  #leave(session: Session): void {
    const attached = this.#attached.get(session.name);
    attached?.delete(session);
    if (attached?.size === 0) this.#attached.delete(session.name);
  }

  #drop(session: Session): void {
    session.visitor = undefined;
    this.#sessions.delete(session.id);
    this.#detached.delete(session.id);
    this.#leave(session);
  }

  #dropExpired(): void {
    const oldestAllowed = this.#clock.now() - this.#limits.sessionMs;
    for (const session of this.#detached.values()) {
      if (session.detachedAt >= oldestAllowed) return;
      this.#drop(session);
    }
  }
}
