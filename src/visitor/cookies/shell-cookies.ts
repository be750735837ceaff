import { type CookieState, isSameSite } from '../../protocol/cookie-sync.ts';
import { bytesOfText, textOfBytes } from './byte-text.ts';
import type { BetweenShells, CookiesToPage, CookiesToWorker } from './cookie-messages.ts';
import { formatWrittenCookie, parseWrittenCookie } from './cookie-string.ts';
import { CookieMirror } from './mirror.ts';
import type { PageCookie, PageCookies } from './page-cookies.ts';
import type { PendingWrite } from './pending-writes.ts';

/** Begin of the names under which a page that ends leaves what its scripts have written to the next. */
const LEFT_WRITES = 'peerserver-cookie-writes-';
/**
 * How long they are of use, milliseconds: as long as a host keeps the cookies of a visitor who does not come
 * (SPEC J7). What is older than the jar that it was written for is not written into the next.
 */
export const LEFT_WRITES_MS = 30 * 24 * 60 * 60 * 1000;

export interface ShellCookiesOptions {
  /** Token of this shell, and its name as a writer. */
  readonly shell: string;
  /** Name of the site's host without its port. */
  readonly host: string;
  /** To this shell's connection worker. */
  post(message: CookiesToWorker): void;
  readonly channel: Pick<BroadcastChannel, 'postMessage'> & {
    onmessage: ((event: MessageEvent<BetweenShells>) => void) | null;
  };
  /** Where writes wait for the next page; default `localStorage`, which can be written while a page ends. */
  readonly storage?: Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>;
  /** Time of day, milliseconds since 1970; default Date.now. */
  readonly now?: () => number;
}

/** The cookies of the site in the memory of the shell's page, for the pages in its frame. */
export class ShellCookies implements PageCookies {
  readonly #options: ShellCookiesOptions;
  readonly #now: () => number;
  readonly #mirror: CookieMirror;
  readonly #listeners = new Set<() => void>();
  #seq = 0;
  /** The site is being forgotten: what its scripts write now must not reach who has the name next. */
  #isForgotten = false;

  constructor(options: ShellCookiesOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#mirror = new CookieMirror(this.#now);
    options.channel.onmessage = ({ data }) => this.#receiveFromShell(data);
  }

  visible(path: string): readonly PageCookie[] {
    const { host } = this.#options;
    return this.#mirror.visible(path).map((cookie) => ({
      name: textOfBytes(cookie.name),
      value: textOfBytes(cookie.value),
      path: textOfBytes(cookie.path),
      domain: cookie.hostOnly ? null : host,
      secure: cookie.secure,
      sameSite: cookie.sameSite,
      expires: cookie.expires,
    }));
  }

  write(text: string, path: string): boolean {
    const { shell, host, channel, post } = this.#options;
    const document = { host, path, now: this.#now() };
    const cookie = parseWrittenCookie(bytesOfText(text), document);
    if (!cookie) return false;
    this.#seq += 1;
    const write: PendingWrite = {
      writer: shell,
      seq: this.#seq,
      text: formatWrittenCookie(cookie, host),
      cookie,
    };
    this.#mirror.write(write);
    // The worker has it before any request that follows can reach it.
    post({ kind: 'cookie-write', write });
    channel.postMessage({ kind: 'write', write } satisfies BetweenShells);
    this.#tell();
    return true;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** What this shell's connection worker says. */
  receive({ id, state }: CookiesToPage): void {
    this.#apply(state);
    this.#options.post({ kind: 'cookies-applied', id });
  }

  /**
   * Leaves what the host has not done yet to the next page: this one ends, and its worker with it. Nothing
   * but this storage can be written to in time.
   */
  leave(): void {
    const { pending } = this.#mirror;
    if (pending.length === 0 || this.#isForgotten) return;
    const left: LeftWrites = { at: this.#now(), writes: pending };
    try {
      const { shell, storage = localStorage } = this.#options;
      storage.setItem(LEFT_WRITES + shell, JSON.stringify(left));
    } catch (error) {
      // The site may have filled it up, or the browser has none to give. The page ends all the same, and whatever
      // else it does at its end must not fail for this.
      console.warn('PeerServer: cookies that a script has just written are lost.', error);
    }
  }

  /** Keeps nothing from now on, since all of the site is being forgotten (SPEC H6). */
  forget(): void {
    this.#isForgotten = true;
  }

  /** Takes over what pages before this one have left; to be called before the site's page is shown. */
  takeOver(): void {
    const { storage = localStorage, post } = this.#options;
    const names = Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? '');
    for (const name of names.filter((one) => one.startsWith(LEFT_WRITES))) {
      const writes = readWrites(storage.getItem(name), this.#now());
      storage.removeItem(name);
      for (const write of writes) {
        this.#mirror.write(write);
        post({ kind: 'cookie-write', write });
      }
    }
  }

  #receiveFromShell(message: BetweenShells): void {
    const { shell, channel } = this.#options;
    if (message.kind === 'write' && message.write.writer !== shell) {
      this.#mirror.write(message.write);
      this.#tell();
    }
    if (message.kind === 'state' && message.from !== shell) {
      this.#apply(message.state);
      channel.postMessage({ kind: 'applied', id: message.id, shell } satisfies BetweenShells);
    }
  }

  #apply(state: CookieState): void {
    this.#mirror.apply(state);
    this.#tell();
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

/** What a page leaves to the next. */
interface LeftWrites {
  /** When, milliseconds since 1970. */
  readonly at: number;
  readonly writes: readonly PendingWrite[];
}

/** Writes in what a page has left, unless they are too old; the site's scripts may have put anything there. */
function readWrites(text: string | null, now: number): PendingWrite[] {
  try {
    const { at, writes } = fieldsOf(JSON.parse(text ?? ''));
    if (typeof at !== 'number' || now - at > LEFT_WRITES_MS) return [];
    return Array.isArray(writes) ? writes.filter(isPendingWrite) : [];
  } catch {
    // Not ours, then.
    return [];
  }
}

function isPendingWrite(value: unknown): value is PendingWrite {
  const { writer, seq, text, cookie } = fieldsOf(value);
  const { name, value: content, path, hostOnly, secure, sameSite, expires } = fieldsOf(cookie);
  const isWrite = typeof writer === 'string' && typeof seq === 'number' && typeof text === 'string';
  const isNamed = typeof name === 'string' && typeof content === 'string';
  const isPlaced = typeof path === 'string' && typeof hostOnly === 'boolean';
  const isLimited = typeof secure === 'boolean' && isSameSite(sameSite);
  return (
    isWrite && isNamed && isPlaced && isLimited && (expires === null || typeof expires === 'number')
  );
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
