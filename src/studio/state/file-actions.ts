import { asPeerServerError } from '../../protocol/errors.ts';
import type { SiteStore } from '../host.ts';
import { isProject, nameOfPath, parseFileName } from './file-names.ts';
import type { OpenFile } from './open-file.ts';
import type { Toaster } from './toast.ts';

export interface FileActionsOptions {
  readonly store: SiteStore;
  readonly openFile: OpenFile;
  readonly toaster: Toaster;
}

/** What can be done to files as a whole. Each says on its own what went wrong. */
export interface FileActions {
  /** Makes an empty file and opens it; resolves with what is wrong with the path, if anything is. */
  create(typed: string): Promise<string | undefined>;
  /** For visitors, too; resolves as `create` does. */
  rename(from: string, typed: string): Promise<string | undefined>;
  /** For visitors, too; offers to take it back. */
  remove(path: string): Promise<void>;
  /** Puts what visitors see back into the draft. */
  discard(path: string): Promise<void>;
}

/** Binds the actions on files to a store. */
export function createFileActions({ store, openFile, toaster }: FileActionsOptions): FileActions {
  const exists = (path: string) => store.list().some((file) => file.path === path);
  const inProject = () => isProject(store.list().map(({ path }) => path));

  /** What is wrong with a new path, or what went wrong in using it. */
  async function withNewPath(
    typed: string,
    use: (path: string) => Promise<void>,
  ): Promise<string | undefined> {
    const project = inProject();
    const parsed = parseFileName(typed, project);
    if (!parsed.ok) return parsed.message;
    if (exists(parsed.path)) {
      return `There is a file ${nameOfPath(parsed.path, project)} already.`;
    }
    try {
      await use(parsed.path);
      openFile.open(parsed.path);
      return undefined;
    } catch (thrown) {
      return asPeerServerError(thrown, 'storage-failed').message;
    }
  }

  async function orToast(action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (thrown) {
      toaster.show({ message: asPeerServerError(thrown, 'storage-failed').message });
    }
  }

  async function takeBack(path: string): Promise<void> {
    await store.undo({ publish: true });
    openFile.open(path);
  }

  return {
    create: (typed) => withNewPath(typed, (path) => store.write(path, '')),
    rename: (from, typed) =>
      withNewPath(typed, (path) => store.rename(from, path, { publish: true })),
    remove: (path) =>
      orToast(async () => {
        const name = nameOfPath(path, inProject());
        await store.remove(path, { publish: true });
        if (openFile.path.peek() === path) openFile.open(undefined);
        let untouched = true;
        const stop = store.subscribe((change) => {
          if (change.draft.length === 0) return;
          untouched = false;
          stop();
        });
        toaster.show({
          message: `Deleted ${name}.`,
          action: {
            label: 'Undo',
            run: () => {
              stop();
              // The store undoes its latest change, and that would be another one by now.
              const message = `${name} cannot be brought back: something was changed since.`;
              if (untouched) void orToast(() => takeBack(path));
              else toaster.show({ message });
            },
          },
        });
      }),
    discard: (path) =>
      orToast(async () => {
        await store.discardDraft([path]);
        if (!exists(path)) openFile.open(undefined);
      }),
  };
}
