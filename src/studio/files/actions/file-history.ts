import { type ReadonlySignal, signal } from '@preact/signals';
import { PeerServerError } from '../../../protocol/errors.ts';
import { type KeptFiles, MAX_UNDO_BYTES } from '../../host.ts';

/** Something that was done to files and can be taken back. */
export interface FileChange {
  /** What was done, as a sentence: `Deleted about.html.` */
  readonly title: string;
  /** Does the opposite, whatever was done since; undefined when that cannot be done. */
  readonly reverse: (() => Promise<Reversed>) | undefined;
  /** What `reverse` needs; it is released when the change is forgotten. */
  readonly kept?: KeptFiles;
  /** After it was taken back. */
  readonly onUndone?: () => void;
}

/** What the taking back did that may be taken back itself. */
export type Reversed = FileChange | undefined;

export interface FileHistory {
  /** The last that was not taken back. */
  readonly latest: ReadonlySignal<FileChange | undefined>;
  add(change: FileChange): void;
  /**
   * Takes one back, unless it is forgotten.
   * @returns what was done for that and is a change of its own by now
   * @throws PeerServerError storage-failed when it cannot be, bad-input when something is in its place
   */
  undo(change: FileChange): Promise<Reversed>;
}

/** As many as anybody is likely to take back. */
const MAX_CHANGES = 50;

/**
 * What was done to files as a whole, so that it can be taken back after something was typed, too: the store
 * itself takes back only its very last change, be it a letter.
 */
export function createFileHistory(): FileHistory {
  const changes = signal<readonly FileChange[]>([]);
  const latest = signal<FileChange | undefined>(undefined);

  function keep(next: readonly FileChange[]): void {
    for (const change of changes.peek()) if (!next.includes(change)) change.kept?.release();
    changes.value = next;
    latest.value = next.at(-1);
  }

  return {
    latest,
    add: (change) => keep(bounded([...changes.peek(), change])),
    async undo(change) {
      if (!changes.peek().includes(change)) return undefined;
      // Another one is not kept from being taken back by this one.
      if (!change.reverse) keep(without(changes.peek(), change));
      if (!change.reverse) throw cannot(change);
      const reversed = await change.reverse();
      const rest = without(changes.peek(), change);
      keep(reversed ? bounded([...rest, reversed]) : rest);
      change.onUndone?.();
      return reversed;
    },
  };
}

/** The newest that stay within the limits. What is kept for the newest alone was found to be little enough. */
function bounded(changes: readonly FileChange[]): readonly FileChange[] {
  let bytes = 0;
  const newest = changes.slice(-MAX_CHANGES);
  const tooMuch = newest.findLastIndex(({ kept }) => {
    bytes += kept?.bytes ?? 0;
    return bytes > MAX_UNDO_BYTES;
  });
  return newest.slice(tooMuch + 1);
}

function without(changes: readonly FileChange[], change: FileChange): readonly FileChange[] {
  return changes.filter((other) => other !== change);
}

function cannot({ title }: FileChange): PeerServerError {
  const message = `“${title.replace(/\.$/, '')}” cannot be taken back: the files were too large to be kept.`;
  return new PeerServerError('storage-failed', message);
}
