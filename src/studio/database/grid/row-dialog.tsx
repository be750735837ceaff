import { useState } from 'preact/hooks';
import { Dialog } from '../../elements/dialog.tsx';
import type { Column, Table } from '../schema/schema.ts';
import { parseTyped } from './cell.ts';
import type { Change } from './change-history.ts';
import type { NamedValue } from './row-changes.ts';
import { numberColumn } from './row-changes.ts';
import type { ChangeOutcome } from './table-view.ts';

interface RowDialogProps {
  readonly table: Table;
  readonly insert: (values: readonly NamedValue[]) => Promise<ChangeOutcome>;
  readonly onClose: () => void;
  /** @param change what adding it can be taken back with */
  readonly onDone: (change: Change | undefined) => void;
}

/** What was typed for a column; one that is not here gets its default. */
type Typed = ReadonlyMap<string, string | null>;

/** Asks for the values of a new row. Fields that nobody touches get what the table gives them. */
export function RowDialog({ table, insert, onClose, onDone }: RowDialogProps) {
  const [typed, setTyped] = useState<Typed>(new Map());
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  const columns = table.columns.filter(({ generated }) => !generated);

  function set(name: string, value: string | null | undefined): void {
    const next = new Map(typed);
    if (value === undefined) next.delete(name);
    else next.set(name, value);
    setTyped(next);
  }

  async function save(): Promise<void> {
    const values: NamedValue[] = [];
    for (const column of columns) {
      const text = typed.get(column.name);
      if (text === undefined) continue;
      const parsed = text === null ? { ok: true as const, value: null } : parseTyped(text, column);
      if (!parsed.ok) {
        setProblem(parsed.problem);
        return;
      }
      values.push({ column: column.name, value: parsed.value });
    }
    setBusy(true);
    const outcome = await insert(values);
    setBusy(false);
    if (outcome.ok) onDone(outcome.change);
    else setProblem(outcome.problem);
  }

  return (
    <Dialog title={`New row of ${table.name}`} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <div class="db-fields">
          {columns.map((column) => {
            const value = typed.get(column.name);
            return (
              <div key={column.name} class="db-field">
                <label class="db-field-label">
                  <span>{column.name}</span>
                  <span class="db-column-type">{column.type}</span>
                  <input
                    class="text-field"
                    type="text"
                    aria-label={column.name}
                    placeholder={placeholderOf(column, table)}
                    disabled={value === null}
                    value={value ?? ''}
                    onInput={(event) => set(column.name, event.currentTarget.value)}
                  />
                </label>
                {column.notNull ? (
                  <span />
                ) : (
                  <label class="db-check">
                    <input
                      type="checkbox"
                      aria-label={`NULL for ${column.name}`}
                      checked={value === null}
                      onChange={(event) =>
                        set(column.name, event.currentTarget.checked ? null : undefined)
                      }
                    />
                    NULL
                  </label>
                )}
              </div>
            );
          })}
        </div>
        {problem && (
          <p class="field-note wrong" role="alert">
            {problem}
          </p>
        )}
        <div class="button-row end">
          <button type="button" class="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" class="button primary" disabled={busy}>
            Insert row
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** What the column gets when its field is left alone. */
function placeholderOf(column: Column, table: Table): string {
  if (column.defaultValue !== undefined) return `default: ${column.defaultValue}`;
  if (numberColumn(table) === column.name) return 'the next number';
  return column.notNull ? '' : 'NULL';
}
