import { useRef, useState } from 'preact/hooks';
import { ConfirmDialog } from '../elements/dialog.tsx';
import type { DatabaseActions } from './database-actions.ts';

interface DatabaseToolsProps {
  readonly actions: DatabaseActions;
  /** Asks for a file with rows. */
  readonly onImport: () => void;
}

/** Saves the site's database as a file, and puts a file in its place. */
export function DatabaseTools({ actions, onImport }: DatabaseToolsProps) {
  const chooser = useRef<HTMLInputElement>(null);
  const [chosen, setChosen] = useState<File>();
  const busy = actions.busy.value;

  function choose(input: HTMLInputElement): void {
    setChosen(input.files?.[0]);
    // Emptied, so that choosing the same file again is a change again.
    input.value = '';
  }

  return (
    <section class="database-tools" aria-labelledby="database-title" aria-busy={busy}>
      <h2 id="database-title">Database</h2>
      <button
        type="button"
        class="button small"
        aria-label="Back up database"
        disabled={busy}
        onClick={() => void actions.backUp()}
      >
        Back up
      </button>
      <button
        type="button"
        class="button small"
        aria-label="Restore database"
        disabled={busy}
        onClick={() => chooser.current?.click()}
      >
        Restore
      </button>
      <button type="button" class="button small" aria-label="Import rows" onClick={onImport}>
        Import
      </button>
      <input
        ref={chooser}
        type="file"
        hidden
        aria-label="Database to restore"
        onChange={(event) => choose(event.currentTarget)}
      />
      {chosen && (
        <ConfirmDialog
          title="Restore the database?"
          message={`${chosen.name} takes the place of all rows and sessions that the site has now. This cannot be undone: back up first what you may want again.`}
          confirmLabel="Replace database"
          onClose={() => setChosen(undefined)}
          onConfirm={() => {
            setChosen(undefined);
            void actions.restore(chosen);
          }}
        />
      )}
    </section>
  );
}
