import { useSignalEffect } from '@preact/signals';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { systemClock } from '../../../protocol/clock.ts';
import { ConfirmDialog } from '../../elements/dialog.tsx';
import { pageSignal } from '../../page-signal.ts';
import { useStudio } from '../../session/studio.ts';
import type { DatabaseState } from '../database-state.ts';
import type { Table } from '../schema/schema.ts';
import { ExportButtons } from '../transfer/export-buttons.tsx';
import { createCellEdit } from './cell-edit.ts';
import type { Change } from './change-history.ts';
import { DataGrid } from './data-grid.tsx';
import { EditProblemLine } from './edit-problem.tsx';
import { FilterBar } from './filter-bar.tsx';
import type { Position } from './grid-position.ts';
import { Pager } from './pager.tsx';
import { RowDialog } from './row-dialog.tsx';
import { MAX_COLUMNS_SHOWN, shownColumns } from './row-window.ts';
import { createTableView, keyText, undoChange } from './table-view.ts';
import { ValueDialog } from './value-dialog.tsx';

interface TablePaneProps {
  readonly state: DatabaseState;
  readonly table: Table;
}

/** The rows of a table, and what can be done with them. */
export function TablePane({ state, table }: TablePaneProps) {
  const { connection, changes } = state;
  const { toaster } = useStudio();
  const view = useMemo(
    () => createTableView({ table, connection, changes, clock: systemClock }),
    [connection, changes],
  );
  const edit = useMemo(() => createCellEdit(view), [view]);
  const active = useRef<Position>({ row: 0, column: 1 });
  const [adding, setAdding] = useState(false);
  const [deleting, setDeleting] = useState(false);
  useEffect(() => () => view.close(), [view]);
  useEffect(() => {
    view.table.value = table;
  }, [view, table]);
  useSignalEffect(() => {
    void connection.version.value;
    void view.table.value;
    void view.load(true);
  });

  const window = view.window.value;
  const selected = (window?.rows ?? []).filter((row) => view.selected.value.has(keyText(row)));
  const editable = table.key.kind !== 'none';
  const editing = edit.place.value;

  /** @param change undefined: the last */
  async function undo(change?: Change): Promise<void> {
    const said = await undoChange({ changes, connection, signal: pageSignal }, change);
    const nothing = change ? 'This can no longer be undone.' : 'There is nothing to undo.';
    toaster.show({ message: said ?? nothing });
    await view.load();
  }

  function tellChange(message: string, change: Change | undefined): void {
    // This change, whatever was changed since.
    const action = change && { label: 'Undo', run: () => void undo(change) };
    toaster.show({ message, ...(action ? { action } : {}) });
  }

  async function remove(): Promise<void> {
    setDeleting(false);
    const outcome = await view.remove(selected);
    if (!outcome.ok) {
      toaster.show({ message: outcome.problem });
      return;
    }
    const words = outcome.count === 1 ? '1 row' : `${outcome.count} rows`;
    tellChange(`Deleted ${words}.`, outcome.change);
    await view.load();
  }

  function askToRemove(): void {
    if (selected.length === 0) return;
    // What goes along in other tables does not come back.
    if (table.deletesReachFurther) setDeleting(true);
    else void remove();
  }

  function openValue(): void {
    const row = window?.rows[active.current.row];
    const column = shownColumns(table)[active.current.column - 1];
    if (row && column) void edit.start(row, column, undefined, true);
  }

  return (
    <>
      <div class="db-bar">
        <FilterBar table={table} onFilter={(filter) => void view.filterBy(filter)} />
        <div class="button-row">
          {editable && (
            <>
              <button type="button" class="button small" onClick={() => setAdding(true)}>
                Add row
              </button>
              <button
                type="button"
                class="button small"
                disabled={selected.length === 0}
                onClick={askToRemove}
              >
                {selected.length > 0 ? `Delete ${selected.length}` : 'Delete'}
              </button>
            </>
          )}
          <button type="button" class="button small" onClick={openValue}>
            {editable ? 'Edit value' : 'Show value'}
          </button>
          <ExportButtons connection={connection} table={table} />
        </div>
      </div>
      {!editable && table.key.kind === 'none' && (
        <p class="db-note read-only">{table.key.reason}</p>
      )}
      {table.columns.length > MAX_COLUMNS_SHOWN && (
        <p class="db-note">
          {`${MAX_COLUMNS_SHOWN} of ${table.columns.length} columns are shown. A query shows the others.`}
        </p>
      )}
      {view.problem.value && (
        <p class="notice danger" role="alert">
          {view.problem.value}
        </p>
      )}
      <DataGrid
        view={view}
        edit={edit}
        onActive={(position) => {
          active.current = position;
        }}
        onDelete={askToRemove}
        onUndo={() => void undo()}
      />
      <footer class="db-foot">
        {editing?.large ? null : <EditProblemLine edit={edit} />}
        <Pager view={view} />
      </footer>
      {editing?.large && <ValueDialog place={editing} edit={edit} readOnly={!editable} />}
      {adding && (
        <RowDialog
          table={table}
          insert={(values) => view.insert(values)}
          onClose={() => setAdding(false)}
          onDone={(change) => {
            setAdding(false);
            tellChange('Row added.', change);
            void view.load();
          }}
        />
      )}
      {deleting && (
        <ConfirmDialog
          title={selected.length === 1 ? 'Delete this row?' : `Delete ${selected.length} rows?`}
          message="Rows of other tables refer to this one, or triggers act on it: they may change, too. This cannot be undone."
          confirmLabel="Delete"
          onClose={() => setDeleting(false)}
          onConfirm={() => void remove()}
        />
      )}
    </>
  );
}
