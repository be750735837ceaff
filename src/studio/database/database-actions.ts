import { type ReadonlySignal, signal } from '@preact/signals';
import { asPeerServerError } from '../../protocol/errors.ts';
import type { Toaster } from '../elements/toast.ts';
import type { OpenServer } from '../host.ts';
import type { ChangeHistory } from './grid/change-history.ts';

export interface DatabaseActionsOptions {
  readonly server: Pick<OpenServer, 'name' | 'backupDatabase' | 'restoreDatabase'>;
  readonly toaster: Toaster;
  /** What was changed by hand; it cannot be undone in another database. */
  readonly changes: Pick<ChangeHistory, 'clear'>;
  /** Gives a file to the user. */
  readonly save: (name: string, bytes: Uint8Array<ArrayBuffer>) => void;
  readonly signal: AbortSignal;
}

/** What can be done to the database as a whole. Each says on its own what came of it, and never rejects. */
export interface DatabaseActions {
  /** One of them is under way. */
  readonly busy: ReadonlySignal<boolean>;
  /** Saves it as a file. */
  backUp(): Promise<void>;
  /** Puts a file in its place. */
  restore(file: File): Promise<void>;
}

/** Binds them to a server. */
export function createDatabaseActions({
  server,
  toaster,
  changes,
  save,
  signal: stop,
}: DatabaseActionsOptions): DatabaseActions {
  const busy = signal(false);

  /** @param action gives what to say afterwards */
  async function run(action: () => Promise<string>): Promise<void> {
    if (busy.peek()) return;
    busy.value = true;
    try {
      toaster.show({ message: await action() });
    } catch (thrown) {
      toaster.show({ message: asPeerServerError(thrown, 'storage-failed').message });
    } finally {
      busy.value = false;
    }
  }

  return {
    busy,
    backUp: () =>
      run(async () => {
        const name = `${server.name}.sqlite`;
        save(name, await server.backupDatabase(stop));
        return `Saved the database as ${name}.`;
      }),
    restore: (file) =>
      run(async () => {
        await server.restoreDatabase(file, stop);
        changes.clear();
        return `Restored the database from ${file.name}.`;
      }),
  };
}
