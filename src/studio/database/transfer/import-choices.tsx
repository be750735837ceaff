import { shortened } from '../grid/cell.ts';
import { plainColumns } from '../grid/row-changes.ts';
import { toField } from '../grid/row-text.ts';
import type { Table } from '../schema/schema.ts';
import { SEPARATORS, type Separator } from './delimited-text.ts';
import { COLUMN_TYPES, type ColumnPlan, type ImportPlan, planColumns } from './import-plan.ts';
import type { CsvOptions, ImportSource } from './import-source.ts';

interface ImportChoicesProps {
  readonly source: ImportSource;
  /** Undefined: the file is no CSV. */
  readonly csv: CsvOptions | undefined;
  readonly plan: ImportPlan;
  readonly tables: readonly Table[];
  readonly onCsv: (options: CsvOptions) => void;
  readonly onPlan: (plan: ImportPlan) => void;
}

/** Columns that are drawn; the others go where their names lead. */
const MAX_COLUMNS = 100;

const PREVIEW_ROWS = 3;

const SEPARATOR_NAMES: Readonly<Record<Separator, string>> = {
  ',': 'Comma',
  ';': 'Semicolon',
  '\t': 'Tab',
  '|': 'Bar',
};

/** Where the rows go, and which column of the file becomes which of the table. */
export function ImportChoices(props: ImportChoicesProps) {
  const { source, csv, plan, tables, onCsv, onPlan } = props;
  const possible = tables.filter(({ kind, internal }) => kind === 'table' && !internal);

  function chooseTable(value: string): void {
    const table = possible.find(({ name }) => `=${name}` === value);
    onPlan({ ...plan, table, columns: planColumns(source, table) });
  }

  function change(index: number, next: Partial<ColumnPlan>): void {
    const columns = plan.columns.map((column, at) =>
      at === index ? { ...column, ...next } : column,
    );
    onPlan({ ...plan, columns });
  }

  return (
    <div class="db-import">
      {csv && (
        <div class="db-import-row">
          <label class="db-field-label">
            <span>Separator</span>
            <select
              class="text-field"
              value={csv.separator}
              onChange={(event) => {
                const found = SEPARATORS.find((one) => one === event.currentTarget.value);
                if (found) onCsv({ ...csv, separator: found });
              }}
            >
              {SEPARATORS.map((separator) => (
                <option key={separator} value={separator}>
                  {SEPARATOR_NAMES[separator]}
                </option>
              ))}
            </select>
          </label>
          <label class="db-check">
            <input
              type="checkbox"
              checked={csv.header}
              onChange={(event) => onCsv({ ...csv, header: event.currentTarget.checked })}
            />
            The first line has names
          </label>
        </div>
      )}
      <div class="db-import-row">
        <label class="db-field-label">
          <span>Into</span>
          <select
            class="text-field"
            value={plan.table ? `=${plan.table.name}` : ''}
            onChange={(event) => chooseTable(event.currentTarget.value)}
          >
            <option value="">A new table</option>
            {possible.map(({ name }) => (
              <option key={name} value={`=${name}`}>
                {name}
              </option>
            ))}
          </select>
        </label>
        {plan.table ? (
          <label class="db-check">
            <input
              type="checkbox"
              checked={plan.replace}
              onChange={(event) => onPlan({ ...plan, replace: event.currentTarget.checked })}
            />
            Delete its rows first
          </label>
        ) : (
          <label class="db-field-label">
            <span>Name</span>
            <input
              class="text-field"
              type="text"
              aria-label="Name of the new table"
              value={plan.newName}
              onInput={(event) => onPlan({ ...plan, newName: event.currentTarget.value })}
            />
          </label>
        )}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
      <section class="db-table-scroll" tabIndex={0} aria-label="Columns of the file">
        <table class="db-table">
          <thead>
            <tr>
              <th scope="col">In the file</th>
              <th scope="col">Becomes</th>
              <th scope="col">For example</th>
            </tr>
          </thead>
          <tbody>
            {source.columns.slice(0, MAX_COLUMNS).map((name, index) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>
                  <Target
                    name={name}
                    column={plan.columns[index]}
                    table={plan.table}
                    onChange={(next) => change(index, next)}
                  />
                </td>
                <td class="db-example">{examples(source, index)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </div>
  );
}

interface TargetProps {
  readonly name: string;
  readonly column: ColumnPlan | undefined;
  readonly table: Table | undefined;
  readonly onChange: (next: Partial<ColumnPlan>) => void;
}

function Target({ name, column, table, onChange }: TargetProps) {
  if (table) {
    return (
      <select
        class="text-field"
        aria-label={`${name} becomes`}
        value={column?.target === undefined ? '' : `=${column.target}`}
        onChange={(event) => {
          const { value } = event.currentTarget;
          onChange({ target: value === '' ? undefined : value.slice(1) });
        }}
      >
        <option value="">(left out)</option>
        {plainColumns(table).map((target) => (
          <option key={target} value={`=${target}`}>
            {target}
          </option>
        ))}
      </select>
    );
  }
  return (
    <select
      class="text-field"
      aria-label={`Type of ${name}`}
      value={column?.target === undefined ? '' : column.type}
      onChange={(event) => {
        const type = COLUMN_TYPES.find((one) => one === event.currentTarget.value);
        onChange(type ? { target: name, type } : { target: undefined });
      }}
    >
      <option value="">(left out)</option>
      {COLUMN_TYPES.map((type) => (
        <option key={type} value={type}>
          {type}
        </option>
      ))}
    </select>
  );
}

function examples({ rows }: ImportSource, column: number): string {
  return rows
    .slice(0, PREVIEW_ROWS)
    .map((row) => shortened(toField(row[column] ?? null) ?? 'NULL', 24))
    .join(' · ');
}
