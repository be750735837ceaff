import { parseSiteName, type SiteName, suggestName } from '../address/site-name.ts';
import { claimBytes, verifySignature } from '../protocol/identity.ts';
import type { IceProvider } from './ice.ts';
import type { LeaseBook } from './leases.ts';
import type { SignalingLogger } from './logger.ts';
import type { ClientMessage, ServerMessage } from './messages.ts';
import { CLOSE, type Peer } from './peer.ts';
import type { RateLimits } from './rate-limits.ts';
import type { SessionTable } from './sessions.ts';

/** A connected host. */
export interface Host {
  readonly name: SiteName;
  readonly key: string;
  readonly peer: Peer;
}

export type ClaimMessage = Extract<ClientMessage, { kind: 'claim' }>;
export type Refusal = Extract<ServerMessage, { kind: 'refused' }>;

/** What all conversations share: who is here, who may be, and who talks with whom. */
export class Relay {
  readonly leases: LeaseBook;
  readonly sessions: SessionTable;
  readonly rates: RateLimits;
  readonly ice: IceProvider;
  readonly #server: string;
  readonly #logger: SignalingLogger;
  readonly #hosts = new Map<SiteName, Host>();

  constructor(parts: {
    leases: LeaseBook;
    sessions: SessionTable;
    rates: RateLimits;
    ice: IceProvider;
    /** This server's own host and port, as clients address it; claims must name it. */
    server: string;
    logger: SignalingLogger;
  }) {
    this.leases = parts.leases;
    this.sessions = parts.sessions;
    this.rates = parts.rates;
    this.ice = parts.ice;
    this.#server = parts.server;
    this.#logger = parts.logger;
  }

  get hostCount(): number {
    return this.#hosts.size;
  }

  /** The connected host of `name`. */
  host(name: SiteName): Host | undefined {
    return this.#hosts.get(name);
  }

  /** Checks a claim and, if it is good, seats the host in place of an older socket of the same key. */
  async claim(peer: Peer, message: ClaimMessage, challenge: string): Promise<Host | Refusal> {
    const refusal = (code: Refusal['code'], text: string, suggestion?: SiteName): Refusal => {
      this.#logger.info({ code }, 'A claim was refused.');
      return {
        kind: 'refused',
        code,
        message: text,
        ...(suggestion === undefined ? {} : { suggestion }),
      };
    };
    const parsed = parseSiteName(message.name);
    if (!parsed.ok) return refusal('name-invalid', parsed.message, this.suggest(message.name));
    const signed = claimBytes(message.name, challenge, this.#server);
    if (!(await verifySignature(message.key, message.signature, signed))) {
      const text = `The signature is not this key's over name and challenge for ${this.#server}.`;
      return refusal('bad-proof', text);
    }
    const { name } = parsed;
    switch (this.leases.claim(name, message.key)) {
      case 'taken':
        return refusal('name-taken', `The name "${name}" is taken.`, this.suggest(name));
      case 'too-many-names':
        return refusal('too-many-names', 'This key holds too many names; release one first.');
      case 'full':
        return refusal('too-many-names', 'This server has no room for more names.');
      case 'granted':
        return this.#seat({ name, key: message.key, peer });
    }
  }

  /** The host's socket is gone: whoever waits for its answer is told. */
  unseat(host: Host): void {
    // An older socket of the key that was replaced is not the host any more.
    if (this.#hosts.get(host.name) !== host) return;
    this.#hosts.delete(host.name);
    this.leases.touch(host.name);
    this.#dismissWaiting(host.name);
    this.#logger.info({ name: host.name }, 'A host went offline.');
  }

  /** The host gives its name back. */
  release(host: Host): void {
    this.unseat(host);
    this.leases.release(host.name);
    // Who claims the name next is somebody else and may not speak to this host's visitors.
    for (const session of this.sessions.of(host.name)) this.sessions.end(session);
  }

  /** A valid name like `wish` that nobody holds. */
  suggest(wish: string): SiteName {
    let attempt = 0;
    let name = suggestName(wish, Math.random(), attempt);
    // Each attempt draws from ten times as many names, more than can be leased from the fourth on.
    while (this.leases.holder(name) !== undefined) {
      attempt += 1;
      name = suggestName(wish, Math.random(), attempt);
    }
    return name;
  }

  #seat(host: Host): Host {
    const older = this.#hosts.get(host.name);
    this.#hosts.set(host.name, host);
    if (older) {
      older.peer.send({ kind: 'replaced' });
      older.peer.close(CLOSE.normal, 'The name is served from another place now.');
      // What they sent went to the older socket, and the newer one knows nothing of it.
      this.#dismissWaiting(host.name);
    }
    this.#logger.info({ name: host.name }, 'A host is online.');
    return host;
  }

  #dismissWaiting(name: SiteName): void {
    for (const session of this.sessions.of(name)) {
      if (session.answered) continue;
      this.sessions.end(session);
      session.visitor.send({ kind: 'absent', reason: 'asleep' });
    }
  }
}
