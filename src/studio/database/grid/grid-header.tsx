import { ArrowDown, ArrowUp, KeyRound, Link2 } from 'lucide';
import { Icon } from '../../elements/icon.tsx';
import type { Column, ForeignKey } from '../schema/schema.ts';
import type { Sort } from './row-window.ts';

interface GridHeaderProps {
  readonly columns: readonly Column[];
  readonly sort: Sort | undefined;
  /** The column of the active cell, if it is in the header. */
  readonly activeColumn: number | undefined;
  readonly foreignKeys: readonly ForeignKey[];
  readonly selectable: boolean;
  readonly allSelected: boolean;
  readonly onSort: (column: string) => void;
  readonly onSelectAll: (on: boolean) => void;
}

/** Names and types of the columns; a click sorts. */
export function GridHeader(props: GridHeaderProps) {
  const { columns, sort, activeColumn, foreignKeys, selectable, allSelected } = props;
  return (
    <thead>
      <tr>
        <th
          scope="col"
          class="db-row-head"
          data-cell="-1,0"
          tabIndex={activeColumn === 0 ? 0 : -1}
          aria-label="Select"
        >
          {selectable && (
            <input
              type="checkbox"
              aria-label="Select all rows of this page"
              tabIndex={-1}
              checked={allSelected}
              onChange={(event) => props.onSelectAll(event.currentTarget.checked)}
            />
          )}
        </th>
        {columns.map((column, index) => {
          const sorted = sort?.column === column.name ? sort : undefined;
          const refers = foreignKeys.some((key) => key.columns.includes(column.name));
          return (
            <th
              key={column.name}
              scope="col"
              data-cell={`-1,${index + 1}`}
              tabIndex={activeColumn === index + 1 ? 0 : -1}
              aria-label={column.name}
              aria-sort={sorted ? (sorted.descending ? 'descending' : 'ascending') : 'none'}
              title={`${column.name} ${column.type}`.trim()}
              onClick={() => props.onSort(column.name)}
            >
              <span class="db-column">
                {column.keyPlace > 0 && <Icon node={KeyRound} size={13} />}
                {refers && <Icon node={Link2} size={13} />}
                <span class="db-column-name">{column.name}</span>
                {sorted && <Icon node={sorted.descending ? ArrowDown : ArrowUp} size={13} />}
              </span>
              <span class="db-column-type">{column.type || 'any'}</span>
            </th>
          );
        })}
      </tr>
    </thead>
  );
}
