import { type CookieState, formatWrite, identityKey } from '../../protocol/cookie-sync.ts';
import { MAX_PENDING, type PendingWrite } from './mirror.ts';

/** The writes of all tabs that no answer has acknowledged, in the order in which they came. */
export class PendingWrites {
  #writes: readonly PendingWrite[] = [];

  get size(): number {
    return this.#writes.length;
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
   * As many from the beginning as fit, at least one if there is any, in the form of J4.
   * @param bytes the lines together
   */
  first(
    bytes: number,
    count: number,
  ): { readonly writes: PendingWrite[]; readonly lines: string[] } {
    const writes: PendingWrite[] = [];
    const lines: string[] = [];
    let size = 0;
    for (const write of this.#writes.slice(0, count)) {
      const line = formatWrite(write);
      size += line.length;
      if (lines.length > 0 && size > bytes) break;
      writes.push(write);
      lines.push(line);
    }
    return { writes, lines };
  }
}
