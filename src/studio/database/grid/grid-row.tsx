import { Component } from 'preact';
import { formatBytes } from '../../elements/wording.ts';
import type { Column } from '../schema/schema.ts';
import type { Cell } from './cell.ts';
import type { CellEdit, EditPlace } from './cell-edit.ts';
import { CellInput } from './cell-input.tsx';
import type { GridRow } from './row-window.ts';
import type { TableView } from './table-view.ts';

interface GridBodyRowProps {
  readonly row: GridRow;
  readonly index: number;
  /** Rows before the page. */
  readonly first: number;
  readonly columns: readonly Column[];
  /** Column of the active cell, if it is in this row. */
  readonly active: number | undefined;
  readonly selected: boolean;
  readonly selectable: boolean;
  /** Somebody else has changed it just now. */
  readonly fresh: boolean;
  readonly editing: EditPlace | undefined;
  readonly edit: CellEdit;
  readonly view: TableView;
}

/** One row. Drawn again only when something of it changes: a page has thousands of cells. */
export class GridBodyRow extends Component<GridBodyRowProps> {
  override shouldComponentUpdate(next: GridBodyRowProps): boolean {
    const keys = Object.keys(next) as (keyof GridBodyRowProps)[];
    return keys.some((key) => next[key] !== this.props[key]);
  }

  override render() {
    const { row, index, first, columns, active, selected, selectable, fresh } = this.props;
    const number = first + index + 1;
    return (
      <tr class={fresh ? 'fresh' : undefined} aria-selected={selectable ? selected : undefined}>
        <th
          scope="row"
          class="db-row-head numbers"
          data-cell={`${index},0`}
          tabIndex={active === 0 ? 0 : -1}
          aria-label={`Row ${number}`}
        >
          {selectable ? (
            <input
              type="checkbox"
              aria-label={`Select row ${number}`}
              tabIndex={-1}
              checked={selected}
              onChange={(event) => this.props.view.select([row], event.currentTarget.checked)}
            />
          ) : (
            number
          )}
        </th>
        {columns.map((column, at) => this.#cell(column, at))}
      </tr>
    );
  }

  #cell(column: Column, at: number) {
    const { row, index, active, editing, edit } = this.props;
    const cell = row.cells[at] ?? { kind: 'value', value: null };
    const edited = editing?.column.name === column.name ? editing : undefined;
    return (
      <td
        key={column.name}
        class={cellClass(cell)}
        data-cell={`${index},${at + 1}`}
        tabIndex={active === at + 1 ? 0 : -1}
      >
        {edited ? <CellInput place={edited} edit={edit} /> : <CellText cell={cell} />}
      </td>
    );
  }
}

/** What stands in a cell; NULL and an empty text are told apart. */
export function CellText({ cell }: { readonly cell: Cell }) {
  switch (cell.kind) {
    case 'blob':
      return <span class="db-null">{`blob, ${formatBytes(cell.bytes)}`}</span>;
    case 'long':
      return <span>{`${cell.start}…`}</span>;
    case 'value':
      if (cell.value === null) return <span class="db-null">NULL</span>;
      if (cell.value === '') return <span class="db-null">empty</span>;
      return <span>{String(cell.value)}</span>;
  }
}

function cellClass(cell: Cell): string | undefined {
  const number =
    cell.kind === 'value' && (typeof cell.value === 'number' || typeof cell.value === 'bigint');
  return number ? 'numbers number' : undefined;
}
