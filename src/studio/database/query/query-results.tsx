import { saveFile } from '../../elements/save-file.ts';
import { formatBytes, formatDuration } from '../../elements/wording.ts';
import type { ScriptReport, ScriptResult, SqlFailure, SqlValue } from '../../host.ts';
import { pageSignal } from '../../page-signal.ts';
import { useStudio } from '../../session/studio.ts';
import { type DatabaseConnection, failureText } from '../database-connection.ts';
import { shortened } from '../grid/cell.ts';
import { type RowFormat, rowsText } from '../grid/row-text.ts';
import { canShowMore, type QueryRunner } from './query-runner.ts';
import { wholeResult } from './whole-result.ts';

/** Columns of a result that are drawn; a file has all of them. */
const MAX_COLUMNS = 200;

/** Characters of a text in a result's cell. */
const MAX_SHOWN = 300;

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
              report={state.report}
              index={index}
              result={result}
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
  readonly report: ScriptReport;
  readonly index: number;
  readonly result: ScriptResult;
  readonly runner: QueryRunner;
  readonly connection: DatabaseConnection;
}

function Result({ sql, report, index, result, runner, connection }: ResultProps) {
  const { toaster } = useStudio();
  const { columns, rows } = result;

  async function take(format: RowFormat, how: 'copy' | 'save'): Promise<void> {
    try {
      // What is shown is the beginning: the file has the rest, too.
      const whole = await wholeResult({ connection, sql, report, index, signal: pageSignal });
      if (!whole) return;
      const text = rowsText(format, whole.columns, whole.rows);
      if (how === 'copy') await navigator.clipboard.writeText(text);
      else saveFile(`result.${format}`, new TextEncoder().encode(text));
      const done = how === 'copy' ? 'Copied' : 'Saved';
      const name = format.toUpperCase();
      if (whole.cut !== undefined) {
        const count = whole.rows.length.toLocaleString('en-GB');
        toaster.show({ message: `${done} only the first ${count} rows as ${name}. ${whole.cut}` });
      } else if (how === 'copy') {
        toaster.show({ message: `Copied as ${name}.` });
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
      {canShowMore(report) && (
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
