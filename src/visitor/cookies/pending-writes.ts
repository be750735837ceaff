import {
  type CookieState,
  type CookieWrite,
  formatWrite,
  identityKey,
} from '../../protocol/cookie-sync.ts';
import { type WrittenCookie, withLife } from './cookie-string.ts';

/** Writes that the host has not done yet; a script that writes more has its oldest forgotten. */
export const MAX_PENDING = 400;

/** Something that a script has written, as every shell of the site has to know it. */
export interface PendingWrite extends CookieWrite {
  /** Without its life, which depends on when it is sent. */
  readonly text: string;
  readonly cookie: WrittenCookie;
}

/**
 * The writes of all tabs that no answer has acknowledged, in the order in which they came. Only the last write of
 * a writer to a cookie is of interest.
 */
export class PendingWrites {
  #writes: readonly PendingWrite[] = [];

  get size(): number {
    return this.#writes.length;
  }

  /** All of them. */
  get all(): readonly PendingWrite[] {
    return this.#writes;
  }

  /** True while this very write waits. */
  has({ writer, seq }: PendingWrite): boolean {
    return this.#writes.some((write) => write.writer === writer && write.seq === seq);
  }

  /** Takes a write in, in place of what its writer wrote to the same cookie; false when it was known. */
  add(write: PendingWrite): boolean {
    const { writer, seq } = write;
    if (this.#writes.some((one) => one.writer === writer && one.seq >= seq)) return false;
    const key = identityKey(write.cookie);
    const others = this.#writes.filter(
      (one) => one.writer !== writer || identityKey(one.cookie) !== key,
    );
    this.#writes = [...others, write].slice(-MAX_PENDING);
    return true;
  }

  /** Forgets what is done. */
  acknowledge(acks: CookieState['acks']): void {
    const done = new Map(Object.entries(acks));
    this.#writes = this.#writes.filter(({ writer, seq }) => seq > (done.get(writer) ?? 0));
  }

  /**
   * As many from the beginning as fit, at least one if there is any, in the form of SPEC J4.
   * @param bytes the lines together
   * @param now time of day, milliseconds since 1970
   */
  first(
    bytes: number,
    count: number,
    now: number,
  ): { readonly writes: PendingWrite[]; readonly lines: string[] } {
    const writes: PendingWrite[] = [];
    const lines: string[] = [];
    let size = 0;
    for (const write of this.#writes.slice(0, count)) {
      const line = formatWrite({ ...write, text: withLife(write.text, write.cookie, now) });
      size += line.length;
      if (lines.length > 0 && size > bytes) break;
      writes.push(write);
      lines.push(line);
    }
    return { writes, lines };
  }
}
