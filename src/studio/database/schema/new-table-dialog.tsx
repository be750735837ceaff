import { X } from 'lucide';
import { useState } from 'preact/hooks';
import { Dialog } from '../../elements/dialog.tsx';
import { Icon } from '../../elements/icon.tsx';
import { pageSignal } from '../../page-signal.ts';
import { failureText } from '../database-connection.ts';
import type { DatabaseState } from '../database-state.ts';
import {
  createTableSql,
  NEW_COLUMN_TYPES,
  type NewColumn,
  type NewTable,
  newTableProblem,
} from './new-table.ts';

interface NewTableDialogProps {
  readonly state: DatabaseState;
  readonly onClose: () => void;
}

const FIRST_COLUMN: NewColumn = { name: '', type: 'TEXT', required: false };

/** Asks for a table's columns, and shows the SQL that makes it. */
export function NewTableDialog({ state, onClose }: NewTableDialogProps) {
  const { connection, place } = state;
  const [table, setTable] = useState<NewTable>({
    name: '',
    numbered: true,
    columns: [FIRST_COLUMN],
  });
  const [problem, setProblem] = useState<string>();
  const { columns } = table;

  function change(index: number, next: Partial<NewColumn>): void {
    setTable({
      ...table,
      columns: columns.map((column, at) => (at === index ? { ...column, ...next } : column)),
    });
  }

  async function create(): Promise<void> {
    const wrong = newTableProblem(table, connection.tables.peek());
    setProblem(wrong);
    if (wrong) return;
    try {
      await connection.batch([{ sql: createTableSql(table), values: [] }], pageSignal);
      await connection.reload(pageSignal);
      place.value = { kind: 'table', name: table.name.trim(), tab: 'rows' };
      onClose();
    } catch (thrown) {
      setProblem(failureText(thrown));
    }
  }

  return (
    <Dialog title="New table" onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void create();
        }}
      >
        <label class="db-field-label">
          <span>Name</span>
          <input
            class="text-field"
            type="text"
            aria-label="Name of the table"
            autocomplete="off"
            value={table.name}
            onInput={(event) => setTable({ ...table, name: event.currentTarget.value })}
          />
        </label>
        <label class="db-check">
          <input
            type="checkbox"
            checked={table.numbered}
            onChange={(event) => setTable({ ...table, numbered: event.currentTarget.checked })}
          />
          A column <code>id</code> that numbers the rows
        </label>
        <fieldset class="db-columns">
          <legend>Columns</legend>
          {columns.map((column, index) => (
            <div key={index} class="db-new-column">
              <input
                class="text-field"
                type="text"
                aria-label={`Name of column ${index + 1}`}
                placeholder="name"
                autocomplete="off"
                value={column.name}
                onInput={(event) => change(index, { name: event.currentTarget.value })}
              />
              <select
                class="text-field"
                aria-label={`Type of column ${index + 1}`}
                value={column.type}
                onChange={(event) => {
                  const type = NEW_COLUMN_TYPES.find((one) => one === event.currentTarget.value);
                  if (type) change(index, { type });
                }}
              >
                {NEW_COLUMN_TYPES.map((type) => (
                  <option key={type}>{type}</option>
                ))}
              </select>
              <label class="db-check" title="Every row must have a value">
                <input
                  type="checkbox"
                  checked={column.required}
                  onChange={(event) => change(index, { required: event.currentTarget.checked })}
                />
                required
              </label>
              <button
                type="button"
                class="button small icon-only"
                aria-label={`Remove column ${index + 1}`}
                onClick={() =>
                  setTable({ ...table, columns: columns.filter((_, at) => at !== index) })
                }
              >
                <Icon node={X} size={15} />
              </button>
            </div>
          ))}
          <button
            type="button"
            class="button small"
            onClick={() => setTable({ ...table, columns: [...columns, FIRST_COLUMN] })}
          >
            Add column
          </button>
        </fieldset>
        <section aria-label="SQL">
          <pre class="db-sql">{`${createTableSql(table)};`}</pre>
        </section>
        <p class="db-note">
          To give the table to every copy of this site, put this SQL into a file in{' '}
          <code>migrations/</code> instead.
        </p>
        {problem && (
          <p class="field-note wrong" role="alert">
            {problem}
          </p>
        )}
        <div class="button-row end">
          <button type="button" class="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" class="button primary">
            Create table
          </button>
        </div>
      </form>
    </Dialog>
  );
}
