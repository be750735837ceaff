/** What was changed by hand, so that it can be taken back. */
import type { SqlResult, SqlStatement } from '../../host.ts';

/** Changes that are kept. */
export const MAX_CHANGES_KEPT = 50;

/** Bytes of deleted rows and old values that are kept for taking them back. */
export const MAX_BYTES_KEPT = 8 * 1024 * 1024;

export interface Change {
  /** What it did: `Deleted 2 rows of plants`. */
  readonly title: string;
  /** Takes it back, in one transaction. Each statement must change a row, or something has come between. */
  readonly undo: readonly SqlStatement[];
}

/** A change that is being undone. */
export interface TakenChange {
  readonly change: Change;
  /** Puts it back in its place: undoing it has failed. After `clear` it does nothing. */
  putBack(): void;
}

export interface ChangeHistory {
  /** Remembers a change. @returns false when it is too large to be kept */
  add(change: Change): boolean;
  /**
   * Takes a change out, to be undone.
   * @param change undefined: the last
   * @returns undefined when it is no longer kept
   */
  take(change?: Change): TakenChange | undefined;
  /** Forgets all: they were changes of another database. */
  clear(): void;
}

export function createChangeHistory(): ChangeHistory {
  let changes: KeptChange[] = [];
  let lastNumber = 0;
  let clearings = 0;

  function clear(): void {
    changes = [];
    clearings += 1;
  }

  return {
    add(change) {
      const bytes = sizeOf(change);
      if (bytes > MAX_BYTES_KEPT) {
        // What came before cannot be undone without this one.
        clear();
        return false;
      }
      changes.push({ change, bytes, number: ++lastNumber });
      let total = changes.reduce((sum, kept) => sum + kept.bytes, 0);
      while (changes.length > MAX_CHANGES_KEPT || total > MAX_BYTES_KEPT) {
        total -= changes.shift()?.bytes ?? 0;
      }
      return true;
    },
    take(change) {
      const kept = change ? changes.find((one) => one.change === change) : changes.at(-1);
      if (!kept) return undefined;
      changes = changes.filter((one) => one !== kept);
      const takenAt = clearings;
      return {
        change: kept.change,
        putBack() {
          if (takenAt !== clearings) return;
          changes = [...changes, kept].sort((a, b) => a.number - b.number);
        },
      };
    },
    clear,
  };
}

interface KeptChange {
  readonly change: Change;
  readonly bytes: number;
  /** Its place among all changes. */
  readonly number: number;
}

/** True when each statement did its work. */
export function allChanged(results: readonly SqlResult[]): boolean {
  return results.every(({ changes }) => changes > 0);
}

function sizeOf({ undo }: Change): number {
  let bytes = 0;
  for (const { values } of undo) {
    for (const value of values) {
      if (typeof value === 'string' || value instanceof Uint8Array) bytes += value.length;
      bytes += 8;
    }
  }
  return bytes;
}
