import { parseSiteName, type SiteName } from '../address/site-name.ts';
import { randomNonce } from '../protocol/identity.ts';
import type { ClientMessage, SignalErrorCode } from './messages.ts';
import { CLOSE, type Peer, type PeerListener } from './peer.ts';
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
      case 'resume':
        return role.kind === 'new' ? this.#resume(message) : this.#notNow(role);
      case 'release':
        if (role.kind !== 'host') return this.#notNow(role);
        this.#relay.release(role.host);
        this.#role = { kind: 'new' };
        return;
      case 'offer':
        return role.kind === 'visitor' ? this.#offer(role.session, message) : this.#notNow(role);
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
    if (role.kind === 'visitor') this.#relay.sessions.detach(role.session);
  }

  /** A visitor whose host vanished, or whose session is used by a newer socket, begins anew. */
  #currentRole(): Role {
    if (this.#role.kind === 'visitor' && this.#role.session.visitor !== this.#peer) {
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
    if (!(await this.#admitVisit())) return;
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
    this.#sendSite(session, host);
  }

  async #resume(message: Message<'resume'>): Promise<void> {
    if (!(await this.#admitVisit())) return;
    const { sessions } = this.#relay;
    const session = sessions.findByToken(message.session, message.token);
    if (!session || !this.#mayVisit(session.name)) {
      this.#error('unknown-session', 'There is no such session any more; visit the site again.');
      return;
    }
    const host = this.#relay.host(session.name);
    if (!host) {
      this.#peer.send({ kind: 'absent', reason: 'asleep' });
      return;
    }
    if (this.#peer.isOver) return;
    const older = session.visitor;
    if (!sessions.reattach(session, this.#peer)) {
      this.#peer.refuseTooMany('Too many visitors are arriving at once; try again in a moment.');
      return;
    }
    older?.close(CLOSE.normal, 'The session goes on on another socket.');
    this.#sendSite(session, host);
  }

  #sendSite(session: Session, host: Host): void {
    this.#role = { kind: 'visitor', session };
    session.answered = false;
    this.#peer.send({
      kind: 'site',
      session: session.id,
      token: session.token,
      hostKey: host.key,
      iceServers: this.#relay.ice(session.id),
    });
  }

  #offer(session: Session, message: Message<'offer'>): void {
    const host = this.#relay.host(session.name);
    if (!host) {
      this.#relay.sessions.detach(session);
      this.#peer.send({ kind: 'absent', reason: 'asleep' });
      return;
    }
    const resumed = session.offered;
    session.offered = true;
    session.answered = false;
    const iceServers = this.#relay.ice(session.id);
    host.peer.send({ ...message, session: session.id, resumed, iceServers });
  }

  #answer(host: Host, message: Message<'answer'> | Message<'decline'>): void {
    const session = this.#sessionOf(host, message.session);
    if (!session) return;
    session.answered = true;
    // A visitor that hung up meanwhile is no mistake of the host's: then there is nobody to tell.
    if (message.kind === 'answer') {
      const { session: _, ...answer } = message;
      session.visitor?.send(answer);
    } else {
      const { code, message: text } = message;
      session.visitor?.send({ kind: 'declined', code, message: text });
    }
  }

  #candidate(role: Role, message: Message<'candidate'>): void {
    const { kind, candidate } = message;
    if (role.kind === 'host') {
      const session = this.#sessionOf(role.host, message.session ?? '');
      session?.visitor?.send({ kind, session: null, candidate });
    } else if (role.kind === 'visitor' && role.session.offered) {
      const host = this.#relay.host(role.session.name);
      host?.peer.send({ kind, session: role.session.id, candidate });
    } else {
      this.#notNow(role);
    }
  }

  /** The session, if it is one of this host's and it was told of it; else the host gets an error. */
  #sessionOf(host: Host, id: string): Session | undefined {
    const session = this.#relay.sessions.find(id);
    if (session?.name === host.name && session.offered) return session;
    this.#error('unknown-session', 'There is no such session of this host.');
    return undefined;
  }

  #mayVisit(name: SiteName): boolean {
    const { permission } = this.#peer;
    return permission.kind === 'any' || permission.name === name;
  }

  async #admitVisit(): Promise<boolean> {
    const isAllowed = await this.#relay.rates.visits.allow(this.#peer.address);
    if (!isAllowed) this.#peer.refuseTooMany('Too many visits from this address; wait a minute.');
    return isAllowed;
  }

  #notNow(role: Role): void {
    const now = { new: 'before claim or visit', host: 'as a host', visitor: 'as a visitor' };
    this.#error('not-now', `This message makes no sense ${now[role.kind]} at this point.`);
  }

  #error(code: SignalErrorCode, message: string): void {
    this.#peer.send({ kind: 'error', code, message });
  }
}
