import type { ForeignKey, Table } from './schema.ts';

interface SchemaViewProps {
  readonly table: Table;
  readonly tables: readonly Table[];
  readonly onOpen: (table: string) => void;
}

/** What a table is made of: columns, keys, indexes, and the statements that made them. */
export function SchemaView({ table, tables, onOpen }: SchemaViewProps) {
  const referring = tables.filter(({ foreignKeys }) =>
    foreignKeys.some((key) => key.table.toLowerCase() === table.name.toLowerCase()),
  );
  const statements = [
    table.sql,
    ...table.indexes.flatMap(({ sql }) => (sql === undefined ? [] : [sql])),
    ...table.triggers.map(({ sql }) => sql),
  ].filter((sql) => sql !== '');
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
    <section class="db-schema" aria-label={`Schema of ${table.name}`} tabIndex={0}>
      <h3>Columns</h3>
      <div class="db-table-scroll">
        <table class="db-table">
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Type</th>
              <th scope="col">Key</th>
              <th scope="col">Must have a value</th>
              <th scope="col">Default</th>
            </tr>
          </thead>
          <tbody>
            {table.columns.map((column) => (
              <tr key={column.name}>
                <th scope="row">{column.name}</th>
                <td>{column.type || <span class="db-null">any</span>}</td>
                <td>
                  {column.keyPlace > 0 && 'primary key'}
                  {keysWith(table, column.name).map((key) => (
                    <KeyLink key={key.table} to={key} onOpen={onOpen} />
                  ))}
                </td>
                <td>{column.notNull ? 'yes' : ''}</td>
                <td>
                  {column.generated && 'computed'}
                  {column.defaultValue !== undefined && <code>{column.defaultValue}</code>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {table.indexes.length > 0 && (
        <>
          <h3>Indexes</h3>
          <ul class="db-facts">
            {table.indexes.map((index) => (
              <li key={index.name}>
                <code>{index.name}</code> on{' '}
                {index.columns.map((column) => column ?? 'an expression').join(', ')}
                {index.unique ? ', each value once' : ''}
                {index.partial ? ', for some rows' : ''}
              </li>
            ))}
          </ul>
        </>
      )}
      {referring.length > 0 && (
        <>
          <h3>Referred to by</h3>
          <ul class="db-facts">
            {referring.map(({ name }) => (
              <li key={name}>
                <button type="button" class="link-button" onClick={() => onOpen(name)}>
                  {name}
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
      {statements.length > 0 && (
        <>
          <h3>Made by</h3>
          <pre class="db-sql">{statements.map((sql) => `${sql};`).join('\n\n')}</pre>
        </>
      )}
    </section>
  );
}

function KeyLink({
  to,
  onOpen,
}: {
  readonly to: ForeignKey;
  readonly onOpen: (table: string) => void;
}) {
  const target = to.targets.length > 0 ? `${to.table}.${to.targets.join(', ')}` : to.table;
  return (
    <button type="button" class="link-button db-key-link" onClick={() => onOpen(to.table)}>
      {`→ ${target}`}
    </button>
  );
}

function keysWith({ foreignKeys }: Table, column: string): readonly ForeignKey[] {
  return foreignKeys.filter(({ columns }) => columns.includes(column));
}
