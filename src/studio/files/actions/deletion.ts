import { PeerServerError } from '../../../protocol/errors.ts';
import { countFiles } from '../../elements/wording.ts';
import { MAX_UNDO_BYTES, type SiteStore } from '../../host.ts';
import type { OpenFile } from '../../session/open-file.ts';
import { isIn } from '../names/folder-names.ts';
import type { FileChange, Reversed } from './file-history.ts';

export interface DeletionOptions {
  readonly store: Pick<SiteStore, 'list' | 'keep' | 'removeMany'>;
  readonly openFile: Pick<OpenFile, 'path' | 'open'>;
  /** Stores what was typed. */
  readonly settled: () => Promise<unknown>;
  /** What a file or folder is called. */
  readonly say: (path: string) => string;
}

/** Deletes files and folders in a way that can be taken back. Paths of folders end with a slash. */
export function createDeletion({ store, openFile, settled, say }: DeletionOptions) {
  const paths = () => store.list().map(({ path }) => path);

  /** Deletes for visitors, too. Drafts and what was live are kept to be brought back. */
  async function remove(chosen: readonly string[]): Promise<FileChange | undefined> {
    const [only] = chosen;
    if (only === undefined) return undefined;
    await settled();
    const gone = paths().filter((path) => chosen.some((target) => isIn(path, target)));
    const title = `Deleted ${chosen.length === 1 ? say(only) : countFiles(gone.length)}.`;
    const kept = store.keep(gone);
    const tooLarge = kept.bytes > MAX_UNDO_BYTES;
    if (tooLarge) kept.release();
    try {
      await store.removeMany(chosen.map(withoutSlash), { publish: true });
    } catch (thrown) {
      kept.release();
      throw thrown;
    }
    const open = openFile.path.peek();
    const closed = open !== undefined && gone.includes(open) ? open : undefined;
    if (closed !== undefined) openFile.open(undefined);
    const back = closed ?? (gone.length === 1 ? gone[0] : undefined);
    if (tooLarge) return { title, reverse: undefined };
    return {
      title,
      kept,
      async reverse() {
        const present = new Set(paths());
        const taken = gone.find((path) => present.has(path));
        if (taken !== undefined) throw new PeerServerError('bad-input', inTheWay(say(taken)));
        await kept.restore();
        return undefined;
      },
      onUndone: () => back !== undefined && openFile.open(back),
    };
  }

  /**
   * The opposite of making a file or folder. What was written into it since is no part of what was done: then this
   * is a deletion that can be taken back itself.
   */
  function unmake(made: string): () => Promise<Reversed> {
    const stateOf = () => JSON.stringify(store.list().filter(({ path }) => isIn(path, made)));
    const before = stateOf();
    return async () => {
      await settled();
      const untouched = stateOf() === before;
      const change = await remove([made]);
      if (!untouched) return change;
      change?.kept?.release();
      return undefined;
    };
  }

  return { remove, unmake };
}

function inTheWay(name: string): string {
  return `There is ${name} again by now. Rename it first.`;
}

/** The store names folders without a slash at the end. */
export function withoutSlash(path: string): string {
  return path.replace(/\/$/, '');
}
