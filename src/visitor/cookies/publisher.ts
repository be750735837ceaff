import { type Clock, systemClock } from '../../protocol/clock.ts';
import type { CookieState } from '../../protocol/cookie-sync.ts';
import { shellLockName } from '../bridge/messages.ts';
import type { BetweenShells, CookiesToPage } from './cookie-messages.ts';
import type { PendingWrite } from './pending-writes.ts';

/**
 * How long this shell's own page is waited for, milliseconds. One that is only busy with a long script reads what
 * was sent to it before the answer that follows; one that is frozen must not hold up other tabs, whose requests
 * come this way, too.
 */
export const OWN_WITHIN_MS = 3_000;
/** The same for the pages of other tabs. They are waited for at each change, so a frozen one may cost but little. */
export const OTHERS_WITHIN_MS = 300;

export interface CookiePublisherOptions {
  /** Token of this shell. */
  readonly shell: string;
  /** To this shell's page. */
  post(message: CookiesToPage): void;
  /** Between the shells. */
  readonly channel: Pick<BroadcastChannel, 'postMessage'> & {
    onmessage: ((event: MessageEvent<BetweenShells>) => void) | null;
  };
  /** Tokens of all shells of the site that live now, this one's included. */
  livingShells(): Promise<readonly string[]>;
  /** A script has written something in another tab. */
  onWrite(write: PendingWrite): void;
  /** Another tab's host has done these writes. */
  onAcks(acks: CookieState['acks']): void;
  readonly clock?: Clock;
}

/**
 * Brings what a host says about cookies into the pages of all tabs of the site. Whichever shell carries a
 * request, the page that made it must see its cookies when it sees its answer.
 */
export class CookiePublisher {
  readonly #options: CookiePublisherOptions;
  readonly #clock: Clock;
  /** By id, who has taken over what was published, and what tells of another. */
  readonly #open = new Map<string, { readonly done: Set<string>; check(): void }>();
  #nextId = 1;

  constructor(options: CookiePublisherOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    options.channel.onmessage = ({ data }) => this.#receive(data);
  }

  /**
   * Resolves when this shell's page has the state, or is so late that it may be frozen.
   * @param forAll also waits for the pages of other tabs that answer in time: one of them may be the one that
   *   asked
   */
  async publish(state: CookieState, forAll: boolean): Promise<void> {
    const { shell, channel, post } = this.#options;
    const id = `${shell}-${this.#nextId}`;
    this.#nextId += 1;
    const done = new Set<string>();
    const entry = { done, check: () => {} };
    this.#open.set(id, entry);
    const own = this.#until(entry, OWN_WITHIN_MS, () => done.has(shell));
    post({ kind: 'cookies', id, state });
    channel.postMessage({ kind: 'state', id, from: shell, state } satisfies BetweenShells);
    try {
      await own;
      if (forAll && state.changes.length > 0) await this.#others(entry);
    } finally {
      this.#open.delete(id);
    }
  }

  /** This shell's page has taken over what was published under `id`. */
  applied(id: string): void {
    this.#note(id, this.#options.shell);
  }

  async #others(entry: { readonly done: Set<string>; check(): void }): Promise<void> {
    const { shell: own, livingShells } = this.#options;
    // The own one has had its time.
    const shells = (await livingShells()).filter((shell) => shell !== own);
    await this.#until(entry, OTHERS_WITHIN_MS, () => shells.every((one) => entry.done.has(one)));
  }

  /** Resolves when it is done, or after `ms` milliseconds. */
  #until(entry: { check(): void }, ms: number, isDone: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#clock.schedule(ms, resolve);
      entry.check = () => {
        if (!isDone()) return;
        cancel();
        resolve();
      };
      entry.check();
    });
  }

  #receive(message: BetweenShells): void {
    switch (message.kind) {
      case 'applied':
        this.#note(message.id, message.shell);
        break;
      case 'write':
        if (message.write.writer !== this.#options.shell) this.#options.onWrite(message.write);
        break;
      case 'state':
        this.#options.onAcks(message.state.acks);
        break;
    }
  }

  #note(id: string, shell: string): void {
    const entry = this.#open.get(id);
    entry?.done.add(shell);
    entry?.check();
  }
}

/** The shells of this origin, by the locks that they hold while they live. */
export async function livingShells(): Promise<string[]> {
  const prefix = shellLockName('');
  const { held = [] } = await navigator.locks.query();
  return held.flatMap(({ name = '' }) =>
    name.startsWith(prefix) ? [name.slice(prefix.length)] : [],
  );
}
