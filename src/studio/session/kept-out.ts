import { type ReadonlySignal, signal } from '@preact/signals';
import type { Clock } from '../../protocol/clock.ts';
import type { OpenServer } from '../host.ts';

/** For how long the host keeps out a visitor that was disconnected, milliseconds; see `OpenServer.disconnect`. */
export const KEPT_OUT_MS = 5 * 60_000;

/** A visitor whom the author has sent away. */
export interface KeptOutVisitor {
  /** Its public key. */
  readonly key: string;
  /** `Visitor 3`. */
  readonly label: string;
}

/** Who may not come back yet: a mistake can be taken back as long as it matters. */
export interface KeptOut {
  /** In the order in which they were sent away. */
  readonly visitors: ReadonlySignal<readonly KeptOutVisitor[]>;
  /** Ends a visitor's connections and keeps it out for `KEPT_OUT_MS`. */
  disconnect(visitor: KeptOutVisitor & { readonly connectionId: string }): void;
  /** Lets a visitor come again at once. @param key its public key */
  readmit(key: string): void;
}

/** A list that begins empty, as the host's does when a tab is loaded. */
export function createKeptOut(
  server: Pick<OpenServer, 'disconnect' | 'readmit'>,
  clock: Clock,
): KeptOut {
  const visitors = signal<readonly KeptOutVisitor[]>([]);
  const ends = new Map<string, () => void>();

  function forget(key: string): void {
    ends.get(key)?.();
    ends.delete(key);
    visitors.value = visitors.peek().filter((one) => one.key !== key);
  }

  return {
    visitors,
    disconnect({ connectionId, key, label }) {
      server.disconnect(connectionId);
      forget(key);
      visitors.value = [...visitors.peek(), { key, label }];
      ends.set(
        key,
        clock.schedule(KEPT_OUT_MS, () => forget(key)),
      );
    },
    readmit(key) {
      server.readmit(key);
      forget(key);
    },
  };
}
