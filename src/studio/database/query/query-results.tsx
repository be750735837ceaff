import { saveFile } from '../../elements/save-file.ts';
import { formatBytes, formatDuration } from '../../elements/wording.ts';
import type { ScriptResult, SqlFailure, SqlValue } from '../../host.ts';
import { pageSignal } from '../../page-signal.ts';
import { useStudio } from '../../session/studio.ts';
import { type DatabaseConnection, failureText } from '../database-connection.ts';
import { shortened } from '../grid/cell.ts';
import { type RowFormat, rowsText } from '../grid/row-text.ts';
import { canShowMore, type QueryRunner } from './query-runner.ts';

/** Columns of a result that are drawn; a file has all of them. */
const MAX_COLUMNS = 200;

/** Characters of a text in a result's cell. */
const MAX_SHOWN = 300;

/** Rows of a result that is saved as a file: what the database gives at once. */
const MAX_ROWS_SAVED = 100_000;

interface QueryResultsProps {
  readonly runner: QueryRunner;
  readonly connection: DatabaseConnection;
}

/** What came of the last run. */
export function QueryResults({ runner, connection }: QueryResultsProps) {
  const state = runner.state.value;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
    <section class="db-results" aria-label="Results" tabIndex={0}>
      <p class="visually-hidden" role="status">
        {state.kind === 'running' ? 'Running' : state.kind === 'done' && summary(state.report)}
      </p>
      {state.kind === 'idle' && (
        <p class="db-note">
          Write SQL above and run it. Visitors wait while a query runs, so it is stopped after 10
          seconds.
        </p>
      )}
      {state.kind === 'running' && <p class="db-note">Running…</p>}
      {state.kind === 'failed' && (
        <p class="notice danger" role="alert">
          {state.message}
        </p>
      )}
      {state.kind === 'done' && (
        <>
          {state.report.results.map((result, index) => (
            <Result
              key={index}
              sql={state.sql}
              result={result}
              more={canShowMore(state.report)}
              runner={runner}
              connection={connection}
            />
          ))}
          {state.report.failure && (
            <Failure failure={state.report.failure} done={state.report.results.length} />
          )}
          {state.report.results.length === 0 && !state.report.failure && (
            <p class="db-note">There was nothing to run.</p>
          )}
        </>
      )}
    </section>
  );
}

function Failure({ failure, done }: { readonly failure: SqlFailure; readonly done: number }) {
  return (
    <div class="notice danger db-failure" role="alert">
      <strong>{failure.message}</strong>
      {failure.hint && <p>{failure.hint}</p>}
      {done > 0 && (
        <p>
          {done === 1
            ? 'The statement before it was carried out.'
            : `The ${done} statements before it were carried out.`}
        </p>
      )}
    </div>
  );
}

interface ResultProps {
  readonly sql: string;
  readonly result: ScriptResult;
  readonly more: boolean;
  readonly runner: QueryRunner;
  readonly connection: DatabaseConnection;
}

function Result({ sql, result, more, runner, connection }: ResultProps) {
  const { toaster } = useStudio();
  const { columns, rows } = result;

  async function text(format: RowFormat): Promise<string> {
    if (!more) return rowsText(format, columns, rows);
    // What is shown is the beginning: the file has the rest, too.
    const database = await connection.database();
    const report = await database.script({ sql, maxRows: MAX_ROWS_SAVED }, pageSignal);
    return rowsText(format, columns, report.results[0]?.rows ?? rows);
  }

  async function take(format: RowFormat, how: 'copy' | 'save'): Promise<void> {
    try {
      const found = await text(format);
      if (how === 'copy') {
        await navigator.clipboard.writeText(found);
        toaster.show({ message: `Copied as ${format.toUpperCase()}.` });
      } else {
        saveFile(`result.${format}`, new TextEncoder().encode(found));
      }
    } catch (thrown) {
      toaster.show({ message: failureText(thrown) });
    }
  }

  return (
    <div class="db-result">
      <div class="db-result-head">
        <p class="numbers">{describe(result)}</p>
        {columns.length > 0 && (
          <div class="button-row">
            {(['csv', 'json'] as const).map((format) => (
              <span key={format} class="db-join">
                <button
                  type="button"
                  class="button small"
                  onClick={() => void take(format, 'copy')}
                >
                  {`Copy ${format.toUpperCase()}`}
                </button>
                <button
                  type="button"
                  class="button small"
                  aria-label={`Save ${format.toUpperCase()}`}
                  onClick={() => void take(format, 'save')}
                >
                  Save
                </button>
              </span>
            ))}
          </div>
        )}
      </div>
      {columns.length > 0 && (
        <div class="db-table-scroll">
          <table class="db-table">
            <thead>
              <tr>
                {columns.slice(0, MAX_COLUMNS).map((name, index) => (
                  <th key={index} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row, index) => (
                <tr key={index}>
                  {row.slice(0, MAX_COLUMNS).map((value, at) => (
                    <ResultCell key={at} value={value} />
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {more && (
        <button type="button" class="button small" onClick={() => void runner.showMore()}>
          Show more rows
        </button>
      )}
    </div>
  );
}

function ResultCell({ value }: { readonly value: SqlValue }) {
  if (value === null) return <td class="db-null">NULL</td>;
  if (value instanceof Uint8Array)
    return <td class="db-null">{`blob, ${formatBytes(value.length)}`}</td>;
  return typeof value === 'string' ? (
    <td>{shortened(value, MAX_SHOWN)}</td>
  ) : (
    <td class="numbers number">{String(value)}</td>
  );
}

/** `3 rows, 1.2 ms`; `2 rows changed, 0.3 ms`. */
function describe({ columns, rows, more, changes, duration }: ScriptResult): string {
  const parts: string[] = [];
  if (columns.length > 0) {
    const count = rows.length.toLocaleString('en-GB');
    parts.push(more ? `the first ${count} rows` : rows.length === 1 ? '1 row' : `${count} rows`);
  }
  if (changes > 0) parts.push(changes === 1 ? '1 row changed' : `${changes} rows changed`);
  if (parts.length === 0) parts.push('Done');
  parts.push(formatDuration(duration));
  return parts.join(', ');
}

function summary({
  results,
  failure,
}: {
  readonly results: readonly ScriptResult[];
  readonly failure?: SqlFailure;
}): string {
  const last = results.at(-1);
  if (failure || !last) return '';
  return results.length === 1 ? describe(last) : `${results.length} statements were run`;
}
