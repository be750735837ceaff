import { useSignal, useSignalEffect } from '@preact/signals';
import { Plus, SquareTerminal, Table2, View } from 'lucide';
import { useId } from 'preact/hooks';
import { Icon } from '../elements/icon.tsx';
import { pageSignal } from '../page-signal.ts';
import type { DatabaseConnection } from './database-connection.ts';
import type { DatabasePlace } from './database-state.ts';
import { countStatement, MAX_LISTED } from './grid/row-window.ts';
import type { Table } from './schema/schema.ts';

interface TableListProps {
  readonly connection: DatabaseConnection;
  readonly place: DatabasePlace;
  readonly onOpen: (place: DatabasePlace) => void;
  readonly onNew: () => void;
}

/** All tables and views with their numbers of rows, and the way to the query editor. */
export function TableList({ connection, place, onOpen, onNew }: TableListProps) {
  const counts = useSignal<ReadonlyMap<string, number>>(new Map());
  useSignalEffect(() => {
    const { value: tables } = connection.tables;
    // Counted again whenever rows may have changed.
    void connection.version.value;
    const statement = countStatement(tables);
    if (!statement) return;
    connection.batch([statement], pageSignal).then(
      ([result]) => {
        counts.value = new Map(
          (result?.rows ?? []).map(([name, count]) => [String(name), Number(count)]),
        );
      },
      () => {
        // Lost, or a table is gone in between: both are followed by another count.
      },
    );
  });

  const tables = connection.tables.value;
  const own = tables.filter(({ internal }) => !internal);
  const internal = tables.filter((table) => table.internal);
  const line = (table: Table) => (
    <TableLine
      key={table.name}
      table={table}
      count={counts.value.get(table.name)}
      current={place.kind === 'table' && place.name === table.name}
      onOpen={() => onOpen({ kind: 'table', name: table.name, tab: 'rows' })}
    />
  );
  return (
    <nav class="db-tables" aria-label="Tables">
      <ul>
        <li>
          <button
            type="button"
            class="db-line"
            aria-label="Query"
            aria-current={place.kind === 'query' ? 'page' : undefined}
            onClick={() => onOpen({ kind: 'query' })}
          >
            <Icon node={SquareTerminal} size={16} />
            <span class="db-line-name">Query</span>
          </button>
        </li>
        {own.map(line)}
      </ul>
      {own.length === 0 && (
        <p class="db-note">
          No tables yet. A file in <code>migrations/</code> makes them, or a query.
        </p>
      )}
      <button type="button" class="db-line new" onClick={onNew}>
        <Icon node={Plus} size={16} />
        <span class="db-line-name">New table…</span>
      </button>
      {internal.length > 0 && (
        <details class="db-own">
          <summary>PeerServer’s own</summary>
          <ul>{internal.map(line)}</ul>
        </details>
      )}
    </nav>
  );
}

interface TableLineProps {
  readonly table: Table;
  readonly count: number | undefined;
  readonly current: boolean;
  readonly onOpen: () => void;
}

function TableLine({ table, count, current, onOpen }: TableLineProps) {
  const countId = useId();
  return (
    <li class="db-item">
      <button
        type="button"
        class="db-line"
        title={table.name}
        aria-label={table.name}
        aria-describedby={countId}
        aria-current={current ? 'page' : undefined}
        onClick={onOpen}
      >
        <Icon node={table.kind === 'view' ? View : Table2} size={16} />
        <span class="db-line-name">{table.name}</span>
      </button>
      <span class="db-line-count numbers" id={countId}>
        {table.kind === 'view' ? 'view' : countWords(count)}
      </span>
    </li>
  );
}

function countWords(count: number | undefined): string {
  if (count === undefined) return '';
  return count > MAX_LISTED
    ? `${MAX_LISTED.toLocaleString('en-GB')}+`
    : count.toLocaleString('en-GB');
}
