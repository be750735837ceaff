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

export interface ChangeHistory {
  /** Remembers a change. @returns false when it is too large to be kept */
  add(change: Change): boolean;
  /** Takes the last change out, to be undone. */
  take(): Change | undefined;
  clear(): void;
}

export function createChangeHistory(): ChangeHistory {
  let changes: { readonly change: Change; readonly bytes: number }[] = [];
  return {
    add(change) {
      const bytes = sizeOf(change);
      if (bytes > MAX_BYTES_KEPT) {
        // What came before cannot be undone without this one.
        changes = [];
        return false;
      }
      changes.push({ change, bytes });
      let total = changes.reduce((sum, kept) => sum + kept.bytes, 0);
      while (changes.length > MAX_CHANGES_KEPT || total > MAX_BYTES_KEPT) {
        total -= changes.shift()?.bytes ?? 0;
      }
      return true;
    },
    take: () => changes.pop()?.change,
    clear() {
      changes = [];
    },
  };
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
