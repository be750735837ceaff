import { randomBytes } from 'node:crypto';
import type { SiteName } from '../address/site-name.ts';
import type { SignalingLimits } from './limits.ts';
import type { Peer } from './peer.ts';

/** One visitor's negotiation with one host. It ends with the visitor's socket at the latest. */
export interface Session {
  readonly id: string;
  readonly name: SiteName;
  readonly visitor: Peer;
  /** The offer was relayed. */
  offered: boolean;
  /** The offer was answered or declined. */
  answered: boolean;
}

/** All sessions. A socket has one at most, so the limit of sockets is theirs, too. */
export class SessionTable {
  readonly #sessions = new Map<string, Session>();
  readonly #byName = new Map<SiteName, Set<Session>>();
  readonly #limits: SignalingLimits;

  constructor(limits: SignalingLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#sessions.size;
  }

  /** A new session for `visitor`, or undefined when the host has too many. */
  open(name: SiteName, visitor: Peer): Session | undefined {
    const siblings = this.#byName.get(name) ?? new Set();
    if (siblings.size >= this.#limits.waitingPerHost) return undefined;
    const id = randomBytes(16).toString('base64url');
    const session: Session = { id, name, visitor, offered: false, answered: false };
    this.#sessions.set(id, session);
    this.#byName.set(name, siblings.add(session));
    return session;
  }

  /** The session, whoever asks; undefined when it is over or was never there. */
  find(id: string): Session | undefined {
    return this.#sessions.get(id);
  }

  /** The sessions with the host of `name`. */
  of(name: SiteName): readonly Session[] {
    return [...(this.#byName.get(name) ?? [])];
  }

  /** Forgets the session; does nothing for one that is over. */
  end(session: Session): void {
    this.#sessions.delete(session.id);
    const siblings = this.#byName.get(session.name);
    siblings?.delete(session);
    if (siblings?.size === 0) this.#byName.delete(session.name);
  }
}
