/** Sessions: a plain object per visitor, kept in the site's database. */
import { toBase64Url } from '../../../protocol/base64url.ts';
import { cookieLine } from '../cookies.ts';
import { RUNTIME_LIMITS, type RuntimeLimits } from '../limits.ts';
import { parseSession, sessionText } from './session-data.ts';
import { type SessionDatabase, SessionRows } from './session-rows.ts';

export const SESSION_COOKIE = 'session';
const ID = /^[A-Za-z0-9_-]{32}$/;
/** A session that is used has its expiry moved when this part of its life is over: not with each request. */
const RENEW_AFTER = 0.1;
/** A session as a handler gets it. */
export type Session = Record<string, unknown> & {
  /** Forgets everything in it; what is put in afterwards begins a session of another id. */
  destroy(): void;
};

/** One request's hold on a session. */
export interface SessionHold {
  readonly session: Session;
  /**
   * Saves what changed; to be called before the answer's head is sent. Resolves with the Set-Cookie field that
   * goes with the answer, if one does. Rejects with SiteError for contents that cannot be kept.
   */
  save(): Promise<string | undefined>;
  /** The request is over. Safe to call again. */
  release(): void;
}

/** A session in memory, shared by all requests that use it now, so that none loses another's writes. */
interface Live {
  readonly visitor: string;
  readonly session: Session;
  /** Whether there is one of this id; the object is empty before. */
  loaded: Promise<boolean>;
  /** Undefined until it has been kept. */
  id: string | undefined;
  /** As it was kept last. */
  kept: string;
  /** Milliseconds since 1970. */
  expires: number;
  holders: number;
  /** The insertion of its row while that is under way: what changes the row must come after it. */
  inserting: Promise<unknown> | undefined;
  /** The last change under way, which answers with the same contents wait for, too. */
  saved: Promise<unknown>;
  /** Deletion under way that an answer waits for. */
  deleted: Promise<unknown>;
  /** The id that it had before it was destroyed. */
  destroyedId: string | undefined;
}

export interface SessionsOptions {
  readonly database: SessionDatabase;
  readonly lifetimeMs: number;
  /** Time of day, milliseconds since 1970. */
  readonly now: () => number;
  readonly limits?: RuntimeLimits;
}

export class Sessions {
  readonly #rows: SessionRows;
  readonly #lifetimeMs: number;
  readonly #now: () => number;
  readonly #limits: RuntimeLimits;
  readonly #live = new Map<string, Live>();

  constructor(options: SessionsOptions) {
    this.#lifetimeMs = options.lifetimeMs;
    this.#now = options.now;
    this.#limits = options.limits ?? RUNTIME_LIMITS;
    this.#rows = new SessionRows(options.database, this.#limits);
  }

  /**
   * The session of a request: the one that its cookie names if it is this visitor's, else an empty one, which
   * is kept only if something is put in.
   * @param id the cookie's value
   * @param visitor the key that the visitor proved
   * @param secure whether the visitor's origin is https
   */
  async hold(id: string | undefined, visitor: string, secure: boolean): Promise<SessionHold> {
    const known = id !== undefined && ID.test(id) ? await this.#find(id, visitor) : undefined;
    const live = known ?? this.#newLive(visitor);
    if (!known) live.holders = 1;
    let held = true;
    return {
      session: live.session,
      save: () => this.#save(live, id, secure),
      release: () => {
        if (held) this.#leave(live);
        held = false;
      },
    };
  }

  /** Takes hold of it if there is one. */
  async #find(id: string, visitor: string): Promise<Live | undefined> {
    const key = keyOf(id, visitor);
    let live = this.#live.get(key);
    if (!live) {
      live = this.#newLive(visitor);
      live.id = id;
      live.loaded = this.#load(live, id);
      this.#live.set(key, live);
    }
    live.holders += 1;
    try {
      if ((await live.loaded) && live.id === id) return live;
    } catch (error) {
      this.#leave(live);
      throw error;
    }
    this.#leave(live);
    return undefined;
  }

  #leave(live: Live): void {
    live.holders -= 1;
    if (live.holders > 0 || live.id === undefined) return;
    const key = keyOf(live.id, live.visitor);
    if (this.#live.get(key) === live) this.#live.delete(key);
  }

  async #load(live: Live, id: string): Promise<boolean> {
    const row = await this.#rows.find(id, live.visitor, this.#now());
    if (!row) return false;
    Object.assign(live.session, parseSession(row.data));
    live.kept = JSON.stringify(live.session);
    live.expires = row.expires;
    return true;
  }

  async #save(
    live: Live,
    sentId: string | undefined,
    secure: boolean,
  ): Promise<string | undefined> {
    const text = sessionText(live.session, this.#limits);
    const now = this.#now();
    const isEmpty = text === '{}';
    await live.deleted;
    if (live.id === undefined) {
      if (isEmpty) {
        const forget = live.destroyedId !== undefined && live.destroyedId === sentId;
        return forget ? this.#cookie('', 0, secure) : undefined;
      }
      await this.#create(live, text);
    } else {
      const { id } = live;
      await live.inserting;
      const old = live.expires - now < this.#lifetimeMs * (1 - RENEW_AFTER);
      if (text !== live.kept || old) {
        const before = live.kept;
        live.kept = text;
        live.expires = now + this.#lifetimeMs;
        const saved = this.#rows.update({ id, data: text, expires: live.expires });
        live.saved = saved;
        try {
          await saved;
        } catch (error) {
          if (live.kept === text) live.kept = before;
          if (live.saved === saved) live.saved = Promise.resolve();
          throw error;
        }
      } else {
        await live.saved;
      }
      if (!old && live.id === sentId) return undefined;
    }
    return live.id === undefined ? undefined : this.#cookie(live.id, this.#lifetimeMs, secure);
  }

  async #create(live: Live, text: string): Promise<void> {
    const id = toBase64Url(crypto.getRandomValues(new Uint8Array(24)));
    live.id = id;
    live.kept = text;
    const now = this.#now();
    const { visitor } = live;
    live.expires = now + this.#lifetimeMs;
    this.#live.set(keyOf(id, live.visitor), live);
    live.inserting = this.#rows.insert({ id, visitor, data: text, expires: live.expires }, now);
    try {
      await live.inserting;
    } catch (error) {
      this.#live.delete(keyOf(id, live.visitor));
      live.id = undefined;
      throw error;
    } finally {
      live.inserting = undefined;
    }
  }

  #destroy(live: Live): void {
    const { id } = live;
    if (id === undefined) return;
    live.id = undefined;
    live.destroyedId = id;
    live.kept = '{}';
    this.#live.delete(keyOf(id, live.visitor));
    // Sent at once, so that whoever comes later with the old id finds nothing.
    const deleted = live.inserting
      ? live.inserting.then(
          () => this.#rows.delete(id),
          // Nothing was kept; whoever kept it tells why.
          () => undefined,
        )
      : this.#rows.delete(id);
    live.deleted = deleted;
    // Told by `save`, which awaits it; a request that fails before has an error of its own to tell.
    deleted.catch(() => undefined);
  }

  #cookie(value: string, lifetimeMs: number, secure: boolean): string {
    return cookieLine(SESSION_COOKIE, value, {
      httpOnly: true,
      sameSite: 'lax',
      maxAge: Math.floor(lifetimeMs / 1000),
      secure,
    });
  }

  #newLive(visitor: string): Live {
    const base: Record<string, unknown> = {};
    const destroy = (): void => {
      for (const key of Object.keys(base)) delete base[key];
      this.#destroy(live);
    };
    // Not enumerable, so that it is neither kept nor shown.
    Object.defineProperty(base, 'destroy', { value: destroy });
    const live: Live = {
      visitor,
      session: base as Session,
      loaded: Promise.resolve(true),
      id: undefined,
      kept: '{}',
      expires: 0,
      holders: 0,
      inserting: undefined,
      saved: Promise.resolve(),
      deleted: Promise.resolve(),
      destroyedId: undefined,
    };
    return live;
  }
}

/** An id is good for its own visitor only, in memory, too. */
function keyOf(id: string, visitor: string): string {
  return `${id} ${visitor}`;
}
