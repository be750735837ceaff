import { type ReadonlySignal, signal } from '@preact/signals';
import { PeerServerError } from '../../../protocol/errors.ts';
import type { SiteStore } from '../../host.ts';

/** Something that was done to files and can be taken back. */
export interface FileChange {
  /** What was done, as a sentence: `Deleted about.html.` */
  readonly title: string;
  /**
   * Does the opposite, for when other changes came after; undefined when that cannot be done.
   */
  readonly reverse: (() => Promise<void>) | undefined;
  /** After it was taken back. */
  readonly onUndone?: () => void;
}

export interface FileHistory {
  /** The last that was not taken back. */
  readonly latest: ReadonlySignal<FileChange | undefined>;
  /** Call it right after the change is stored. */
  add(change: FileChange): void;
  /**
   * Takes one back, the latest by default.
   * @throws PeerServerError storage-failed when it cannot be, bad-input when something is in its place
   */
  undo(change?: FileChange): Promise<void>;
}

/** As many as anybody is likely to take back. */
const MAX_CHANGES = 50;

/**
 * What was done to files as a whole, so that it can be taken back after something was typed, too. The store
 * itself takes back only its very last change, be it a letter; it brings back most, so it is asked first where
 * that is the one meant.
 */
export function createFileHistory(store: Pick<SiteStore, 'subscribe' | 'undo'>): FileHistory {
  const changes = signal<readonly { change: FileChange; depth: number }[]>([]);
  const latest = signal<FileChange | undefined>(undefined);
  /** The store's changes of the draft that were not taken back, as far as can be told from here. */
  let depth = 0;
  store.subscribe((change) => {
    if (change.draft.length > 0) depth += 1;
  });

  function keep(next: readonly { change: FileChange; depth: number }[]): void {
    changes.value = next;
    latest.value = next.at(-1)?.change;
  }

  return {
    latest,
    add: (change) => keep([...changes.peek(), { change, depth }].slice(-MAX_CHANGES)),
    async undo(change = latest.peek()) {
      const entry = changes.peek().find((other) => other.change === change);
      if (!entry) return;
      let undone = false;
      if (entry.depth === depth) {
        undone = await store.undo({ publish: true });
        // One less, and the taking back was counted as a change.
        if (undone) depth -= 2;
      }
      if (!undone) {
        if (!entry.change.reverse) throw tooLate(entry.change);
        await entry.change.reverse();
      }
      keep(changes.peek().filter((other) => other !== entry));
      entry.change.onUndone?.();
    },
  };
}

function tooLate({ title }: FileChange): PeerServerError {
  const message = `“${title.replace(/\.$/, '')}” cannot be taken back: something was changed since.`;
  return new PeerServerError('storage-failed', message);
}
