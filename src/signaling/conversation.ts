import { parseSiteName, type SiteName } from '../address/site-name.ts';
import { randomNonce } from '../protocol/identity.ts';
import type { ClientMessage, SignalErrorCode } from './messages.ts';
import type { Peer, PeerListener } from './peer.ts';
import type { ClaimMessage, Host, Relay } from './relay.ts';
import type { Session } from './sessions.ts';

type Message<Kind extends ClientMessage['kind']> = Extract<ClientMessage, { kind: Kind }>;

/** What a socket has become by what it said. */
type Role =
  | { readonly kind: 'new' }
  | { readonly kind: 'host'; readonly host: Host }
  | { readonly kind: 'visitor'; readonly session: Session };

/**
 * What is said on one socket, from `welcome` to its end. A socket is a host's or a visitor's, never both; what
 * does not fit its role is answered with `not-now` and changes nothing.
 */
export class Conversation implements PeerListener {
  readonly #peer: Peer;
  readonly #relay: Relay;
  readonly #challenge = randomNonce();
  #role: Role = { kind: 'new' };

  constructor(peer: Peer, relay: Relay) {
    this.#peer = peer;
    this.#relay = relay;
    peer.listen(this);
    peer.send({ kind: 'welcome', challenge: this.#challenge });
  }

  async message(message: ClientMessage): Promise<void> {
    const role = this.#currentRole();
    switch (message.kind) {
      case 'claim':
        return role.kind === 'new' ? this.#claim(message) : this.#notNow(role);
      case 'visit':
        return role.kind === 'new' ? this.#visit(message) : this.#notNow(role);
      case 'release':
        if (role.kind !== 'host') return this.#notNow(role);
        this.#relay.release(role.host);
        this.#role = { kind: 'new' };
        return;
      case 'offer':
        return this.#offer(role, message);
      case 'answer':
      case 'decline':
        return role.kind === 'host' ? this.#answer(role.host, message) : this.#notNow(role);
      case 'candidate':
        return this.#candidate(role, message);
    }
  }

  mayIdle(): boolean {
    return this.#role.kind === 'host';
  }

  alive(): void {
    if (this.#role.kind === 'host') this.#relay.leases.touch(this.#role.host.name);
  }

  gone(): void {
    const role = this.#currentRole();
    if (role.kind === 'host') this.#relay.unseat(role.host);
    if (role.kind === 'visitor') this.#relay.sessions.end(role.session);
  }

  /** A visitor whose host ended the session by leaving begins anew. */
  #currentRole(): Role {
    if (this.#role.kind === 'visitor' && !this.#relay.sessions.find(this.#role.session.id)) {
      this.#role = { kind: 'new' };
    }
    return this.#role;
  }

  async #claim(message: ClaimMessage): Promise<void> {
    if (this.#peer.permission.kind !== 'any') {
      this.#error('not-now', "A site's own pages may visit it, but not claim names.");
      return;
    }
    if (!(await this.#relay.rates.claims.allow(this.#peer.address))) {
      this.#peer.refuseTooMany('Too many claims from this address; wait a minute.');
      return;
    }
    const result = await this.#relay.claim(this.#peer, message, this.#challenge);
    if ('kind' in result) {
      this.#peer.send(result);
      return;
    }
    this.#role = { kind: 'host', host: result };
    // The socket may have closed while the signature was checked.
    if (this.#peer.isOver) this.gone();
    const { name, key } = result;
    this.#peer.send({ kind: 'claimed', name, iceServers: this.#relay.ice(key) });
  }

  async #visit(message: Message<'visit'>): Promise<void> {
    const parsed = parseSiteName(message.name);
    if (!parsed.ok) {
      this.#peer.send({ kind: 'absent', reason: 'unknown' });
      return;
    }
    if (!this.#mayVisit(parsed.name)) {
      this.#error('not-now', "A site's own pages may visit that site only.");
      return;
    }
    if (!(await this.#relay.rates.visits.allow(this.#peer.address))) {
      this.#peer.refuseTooMany('Too many visits from this address; wait a minute.');
      return;
    }
    const host = this.#relay.host(parsed.name);
    if (!host) {
      const isKept = this.#relay.leases.holder(parsed.name) !== undefined;
      this.#peer.send({ kind: 'absent', reason: isKept ? 'asleep' : 'unknown' });
      return;
    }
    if (this.#peer.isOver) return;
    const session = this.#relay.sessions.open(host.name, this.#peer);
    if (!session) {
      this.#peer.refuseTooMany('Too many visitors are arriving at once; try again in a moment.');
      return;
    }
    this.#role = { kind: 'visitor', session };
    const iceServers = this.#relay.ice(session.id);
    this.#peer.send({ kind: 'site', hostKey: host.key, iceServers });
  }

  #offer(role: Role, message: Message<'offer'>): void {
    if (role.kind !== 'visitor' || role.session.offered) {
      this.#notNow(role);
      return;
    }
    const { session } = role;
    session.offered = true;
    // It is there: a host that goes takes the sessions along that it has not answered.
    const host = this.#relay.host(session.name);
    host?.peer.send({ ...message, session: session.id, iceServers: this.#relay.ice(session.id) });
  }

  #answer(host: Host, message: Message<'answer'> | Message<'decline'>): void {
    const session = this.#sessionOf(host, message.session);
    if (!session) return;
    session.answered = true;
    if (message.kind === 'answer') {
      const { session: _, ...answer } = message;
      session.visitor.send(answer);
    } else {
      const { code, message: text } = message;
      session.visitor.send({ kind: 'declined', code, message: text });
    }
  }

  #candidate(role: Role, message: Message<'candidate'>): void {
    const { kind, candidate } = message;
    if (role.kind === 'host') {
      const session = this.#sessionOf(role.host, message.session ?? '');
      session?.visitor.send({ kind, session: null, candidate });
    } else if (role.kind === 'visitor' && role.session.offered) {
      const host = this.#relay.host(role.session.name);
      host?.peer.send({ kind, session: role.session.id, candidate });
    } else {
      this.#notNow(role);
    }
  }

  /**
   * The session, if it is one of this host's and it was told of it. What a host says to any other is dropped:
   * nearly always the visitor has just hung up, connected, and candidates were still on their way.
   */
  #sessionOf(host: Host, id: string): Session | undefined {
    const session = this.#relay.sessions.find(id);
    return session?.name === host.name && session.offered ? session : undefined;
  }

  #mayVisit(name: SiteName): boolean {
    const { permission } = this.#peer;
    return permission.kind === 'any' || permission.name === name;
  }

  #notNow(role: Role): void {
    const now = { new: 'before claim or visit', host: 'as a host', visitor: 'as a visitor' };
    this.#error('not-now', `This message makes no sense ${now[role.kind]} at this point.`);
  }

  #error(code: SignalErrorCode, message: string): void {
    this.#peer.send({ kind: 'error', code, message });
  }
}
