import { useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { editText } from './cell.ts';
import type { CellEdit } from './cell-edit.ts';
import { GridHeader } from './grid-header.tsx';
import { moveBy, type Position, within } from './grid-position.ts';
import { GridBodyRow } from './grid-row.tsx';
import { shownColumns } from './row-window.ts';
import { keyText, type TableView } from './table-view.ts';

interface DataGridProps {
  readonly view: TableView;
  readonly edit: CellEdit;
  /** The cell that buttons outside the grid are about. */
  readonly onActive: (position: Position) => void;
  readonly onDelete: () => void;
  readonly onUndo: () => void;
}

/**
 * The rows of a table. One cell at a time takes part in the order of Tab; arrow keys lead to the others.
 * Enter or F2 edits, a letter replaces, Space selects the row.
 */
export function DataGrid({ view, edit, onActive, onDelete, onUndo }: DataGridProps) {
  const table = view.table.value;
  const window = view.window.value;
  const active = useSignal<Position>({ row: 0, column: 1 });
  const activeKey = useRef<string>(undefined);
  const element = useRef<HTMLTableElement>(null);
  const takeFocus = useRef(false);
  const columns = shownColumns(table);
  const rows = window?.rows ?? [];
  const size = { rows: rows.length, columns: columns.length + 1 };
  const editable = table.key.kind !== 'none';
  const position = within(active.value, size);
  // Read before the rows are drawn: a row that goes takes the focus with it, to the page's body.
  const hadFocus = element.current?.contains(document.activeElement) ?? false;

  function move(to: Position): void {
    takeFocus.current = true;
    if (!edit.place.peek()) edit.cancel();
    active.value = to;
    const row = rows[to.row];
    activeKey.current = row && keyText(row);
    onActive(to);
  }

  // Rows that come or go above it do not take the place of the one that somebody is at.
  useLayoutEffect(() => {
    const at = rows.findIndex((row) => keyText(row) === activeKey.current);
    if (activeKey.current === undefined || at < 0 || at === active.peek().row) return;
    takeFocus.current = hadFocus;
    active.value = { ...active.peek(), row: at };
    onActive(active.peek());
  }, [window]);

  const editing = edit.place.value;
  useLayoutEffect(() => {
    const lost = hadFocus && !element.current?.contains(document.activeElement);
    if (!(takeFocus.current || lost) || editing) return;
    takeFocus.current = false;
    const cell = element.current?.querySelector<HTMLElement>('[data-cell][tabindex="0"]');
    cell?.focus();
    cell?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  });
  useEffect(
    () =>
      edit.onClose(() => {
        takeFocus.current = true;
      }),
    [edit],
  );

  function startEdit(at: Position, typed?: string): void {
    const row = rows[at.row];
    const column = columns[at.column - 1];
    if (row && column) void edit.start(row, column, typed);
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (edit.place.peek()) return;
    const ctrl = event.ctrlKey || event.metaKey;
    const row = rows[position.row];
    const step = event.altKey ? undefined : moveBy({ key: event.key, ctrl }, position, size);
    if (step) {
      event.preventDefault();
      if (step.kind === 'to') move(step.position);
      else if (step.pages < 0 || window?.more) void view.turn(step.pages);
      return;
    }
    if (ctrl && event.key.toLowerCase() === 'z' && !event.shiftKey) {
      event.preventDefault();
      onUndo();
    } else if (event.key === ' ' && row) {
      event.preventDefault();
      if (editable) view.select([row], !view.selected.peek().has(keyText(row)));
    } else if (event.key === 'Delete' && editable && view.selected.peek().size > 0) {
      event.preventDefault();
      onDelete();
    } else if ((event.key === 'Enter' || event.key === 'F2') && row && position.column > 0) {
      event.preventDefault();
      startEdit(position);
    } else if (event.key === 'Enter' && position.row === -1) {
      event.preventDefault();
      const column = columns[position.column - 1];
      if (column) void view.sortBy(column.name);
    } else if (ctrl && event.key.toLowerCase() === 'c' && getSelection()?.isCollapsed && row) {
      const cell = row.cells[position.column - 1];
      const text = cell?.kind === 'value' ? editText(cell.value) : undefined;
      if (text !== undefined) void navigator.clipboard?.writeText(text);
    } else if (event.key.length === 1 && !ctrl && !event.altKey && row && position.column > 0) {
      event.preventDefault();
      startEdit(position, event.key);
    }
  }

  function positionOf(target: EventTarget | null): Position | undefined {
    const cell = target instanceof Element ? target.closest<HTMLElement>('[data-cell]') : null;
    const [row, column] = (cell?.dataset.cell ?? '').split(',').map(Number);
    return row === undefined || column === undefined || Number.isNaN(row)
      ? undefined
      : { row, column };
  }

  return (
    <div class="db-grid-scroll">
      <table
        ref={element}
        class="db-grid"
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a grid is a table with keys of its own.
        role="grid"
        aria-label={`Rows of ${table.name}`}
        aria-readonly={!editable}
        aria-multiselectable={editable}
        aria-rowcount={rows.length + 1}
        onKeyDown={onKeyDown}
        onFocusIn={(event) => {
          const at = positionOf(event.target);
          if (!at || edit.place.peek()) return;
          active.value = at;
          const row = rows[at.row];
          activeKey.current = row && keyText(row);
          onActive(at);
        }}
        onClick={(event) => {
          const { target } = event;
          const at = positionOf(target);
          const row = at?.column === 0 ? rows[at.row] : undefined;
          // Anywhere beside the box, too: a finger is wider than it.
          if (!row || !editable || target instanceof HTMLInputElement) return;
          view.select([row], !view.selected.peek().has(keyText(row)));
        }}
        onDblClick={(event) => {
          const at = positionOf(event.target);
          if (at && at.row >= 0 && at.column > 0 && !edit.place.peek()) startEdit(at);
        }}
      >
        <GridHeader
          columns={columns}
          sort={view.request.value.sort}
          activeColumn={position.row === -1 ? position.column : undefined}
          foreignKeys={table.foreignKeys}
          selectable={editable}
          allSelected={rows.length > 0 && view.selected.value.size === rows.length}
          onSort={(column) => void view.sortBy(column)}
          onSelectAll={(on) => view.select(rows, on)}
        />
        <tbody>
          {rows.map((row, index) => {
            const key = keyText(row);
            const edited = editing && keyText(editing.row) === key ? editing : undefined;
            return (
              <GridBodyRow
                key={editable ? key : index}
                row={row}
                index={index}
                first={view.request.value.offset}
                columns={columns}
                active={position.row === index ? position.column : undefined}
                selected={view.selected.value.has(key)}
                selectable={editable}
                fresh={view.news.value.has(key)}
                editing={edited}
                edit={edit}
                view={view}
              />
            );
          })}
        </tbody>
      </table>
      {window && rows.length === 0 && (
        <p class="db-note">
          {view.request.value.filter ? 'No row fits the filter.' : 'No rows yet.'}
        </p>
      )}
    </div>
  );
}
