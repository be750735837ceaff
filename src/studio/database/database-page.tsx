import { useSignalEffect } from '@preact/signals';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { saveFile } from '../elements/save-file.ts';
import { isProject } from '../files/names/file-names.ts';
import { pageSignal } from '../page-signal.ts';
import { useCommands, useStudio } from '../session/studio.ts';
import { createDatabaseActions } from './database-actions.ts';
import { type DatabasePlace, type DatabaseState, databaseState } from './database-state.ts';
import { DatabaseTools } from './database-tools.tsx';
import { TablePane } from './grid/table-pane.tsx';
import { NoDatabase } from './no-database.tsx';
import { QueryPane } from './query/query-pane.tsx';
import { NewTableDialog } from './schema/new-table-dialog.tsx';
import type { Table } from './schema/schema.ts';
import { SchemaView } from './schema/schema-view.tsx';
import { TableList } from './table-list.tsx';
import { ImportDialog } from './transfer/import-dialog.tsx';

/** The site's database: tables, rows, queries. */
export function DatabasePage() {
  const { session, server } = useStudio();
  const state = useMemo(() => databaseState(server), [server]);
  const project = isProject(session.files.value.map(({ path }) => path));
  return (
    <main class="database-page" aria-label="Database">
      {project ? <OpenDatabase key={state.id} state={state} /> : <NoDatabase />}
    </main>
  );
}

function OpenDatabase({ state }: { readonly state: DatabaseState }) {
  const { server, toaster } = useStudio();
  const { connection, changes, place } = state;
  const [asked, setAsked] = useState(0);
  const [dialog, setDialog] = useState<'import' | 'new-table'>();
  const actions = useMemo(
    () => createDatabaseActions({ server, toaster, changes, save: saveFile, signal: pageSignal }),
    [server, toaster, changes],
  );
  useEffect(() => {
    const ending = new AbortController();
    void connection.follow(ending.signal);
    return () => ending.abort();
  }, [connection, asked]);
  useSignalEffect(() => leaveMissingTable(state));
  useCommands(
    () => [
      {
        id: 'database.query',
        title: 'Write a query',
        group: 'Database',
        run: () => {
          place.value = { kind: 'query' };
        },
      },
      {
        id: 'database.back-up',
        title: 'Back up the database',
        group: 'Database',
        run: () => void actions.backUp(),
      },
      {
        id: 'database.import',
        title: 'Import rows…',
        group: 'Database',
        run: () => setDialog('import'),
      },
      {
        id: 'database.new-table',
        title: 'New table…',
        group: 'Database',
        run: () => setDialog('new-table'),
      },
    ],
    [place, actions],
  );

  const open = connection.state.value;
  if (open.kind === 'failed') {
    return (
      <div class="db-empty">
        <h2>The database cannot be opened</h2>
        <p>{open.message}</p>
        <button type="button" class="button primary" onClick={() => setAsked(asked + 1)}>
          Try again
        </button>
      </div>
    );
  }
  const tables = connection.tables.value;
  const shown = shownPlace(place.value, tables);
  return (
    <>
      <aside class="db-side" aria-label="Tables">
        <DatabaseTools actions={actions} onImport={() => setDialog('import')} />
        {open.kind === 'opening' ? (
          <p class="db-note" role="status">
            Opening the database…
          </p>
        ) : (
          <TableList
            connection={connection}
            place={shown}
            onOpen={(next) => {
              place.value = next;
            }}
            onNew={() => setDialog('new-table')}
          />
        )}
      </aside>
      <div class="db-main">
        {open.kind === 'open' && <Shown state={state} place={shown} tables={tables} />}
      </div>
      {dialog === 'import' && <ImportDialog state={state} onClose={() => setDialog(undefined)} />}
      {dialog === 'new-table' && (
        <NewTableDialog state={state} onClose={() => setDialog(undefined)} />
      )}
    </>
  );
}

interface ShownProps {
  readonly state: DatabaseState;
  readonly place: DatabasePlace;
  readonly tables: readonly Table[];
}

function Shown({ state, place, tables }: ShownProps) {
  if (place.kind === 'query') return <QueryPane state={state} tables={tables} />;
  const table = tables.find(({ name }) => name === place.name);
  if (!table) return null;
  const show = (tab: 'rows' | 'schema') => {
    state.place.value = { ...place, tab };
  };
  return (
    <section class="db-pane" aria-label={table.name}>
      <header class="db-pane-head">
        <h2>{table.name}</h2>
        <fieldset class="db-segments" aria-label="View">
          {(['rows', 'schema'] as const).map((tab) => (
            <button
              key={tab}
              type="button"
              aria-pressed={place.tab === tab}
              onClick={() => show(tab)}
            >
              {tab === 'rows' ? 'Rows' : 'Schema'}
            </button>
          ))}
        </fieldset>
      </header>
      {place.tab === 'rows' ? (
        <TablePane key={table.name} state={state} table={table} />
      ) : (
        <SchemaView
          table={table}
          tables={tables}
          onOpen={(name) => {
            state.place.value = { kind: 'table', name, tab: 'schema' };
          }}
        />
      )}
    </section>
  );
}

/** The first table of the site's own, when nothing was chosen yet. */
function shownPlace(place: DatabasePlace | undefined, tables: readonly Table[]): DatabasePlace {
  if (place) return place;
  const first = tables.find(({ internal }) => !internal);
  return first ? { kind: 'table', name: first.name, tab: 'rows' } : { kind: 'query' };
}

/** A table that was dropped cannot be shown any more. */
function leaveMissingTable({ connection, place }: DatabaseState): void {
  const { value: tables } = connection.tables;
  const { value: shown } = place;
  if (connection.state.value.kind !== 'open' || shown?.kind !== 'table') return;
  if (!tables.some(({ name }) => name === shown.name)) place.value = undefined;
}
