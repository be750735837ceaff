import { useRef, useState } from 'preact/hooks';
import { Dialog } from '../../elements/dialog.tsx';
import { pageSignal } from '../../page-signal.ts';
import { useStudio } from '../../session/studio.ts';
import { failureText } from '../database-connection.ts';
import type { DatabaseState } from '../database-state.ts';
import { ImportChoices } from './import-choices.tsx';
import {
  type ImportPlan,
  planColumns,
  prepareImport,
  refusedProblems,
  tableNameFrom,
} from './import-plan.ts';
import {
  type CsvOptions,
  guessCsvOptions,
  type ImportProblem,
  type ImportSource,
  isJson,
  readCsvSource,
  readImportFile,
  readJsonSource,
} from './import-source.ts';

interface ImportDialogProps {
  readonly state: DatabaseState;
  readonly onClose: () => void;
}

/** A file that was chosen, as far as it was read. */
interface Chosen {
  readonly name: string;
  readonly text: string;
  /** Undefined: JSON. */
  readonly csv: CsvOptions | undefined;
  readonly source: ImportSource;
}

/** Rows of a CSV or JSON file into a table: what goes where is shown before anything happens. */
export function ImportDialog({ state, onClose }: ImportDialogProps) {
  const { connection, place } = state;
  const { toaster } = useStudio();
  const tables = connection.tables.value;
  const chooser = useRef<HTMLInputElement>(null);
  const [chosen, setChosen] = useState<Chosen>();
  const [plan, setPlan] = useState<ImportPlan>();
  const [problem, setProblem] = useState<string>();
  const [refused, setRefused] = useState<readonly ImportProblem[]>([]);
  const [refusedCount, setRefusedCount] = useState(0);
  const [busy, setBusy] = useState(false);

  async function choose(input: HTMLInputElement): Promise<void> {
    const file = input.files?.[0];
    input.value = '';
    if (!file) return;
    setProblem(undefined);
    setRefused([]);
    setRefusedCount(0);
    try {
      const text = await readImportFile(file);
      const csv = isJson(file.name, text) ? undefined : guessCsvOptions(text);
      const next = read(file.name, text, csv);
      setChosen(next);
      const shown = place.peek();
      const open = tables.find(
        (table) => shown?.kind === 'table' && table.name === shown.name && fits(next, table.name),
      );
      setPlan({
        table: open,
        newName: tableNameFrom(file.name, tables),
        columns: planColumns(next.source, open),
        replace: false,
        skipBad: false,
      });
    } catch (thrown) {
      setChosen(undefined);
      setPlan(undefined);
      setProblem(failureText(thrown));
    }
  }

  /** True when the file has a column of the table that is open. */
  function fits({ source }: Chosen, name: string): boolean {
    const table = tables.find((one) => one.name === name);
    if (!table || table.internal || table.kind !== 'table') return false;
    return planColumns(source, table).some(({ target }) => target !== undefined);
  }

  function readAgain(csv: CsvOptions): void {
    if (!chosen || !plan) return;
    const next = read(chosen.name, chosen.text, csv);
    setChosen(next);
    setPlan({ ...plan, columns: planColumns(next.source, plan.table) });
  }

  async function run(): Promise<void> {
    if (!chosen || !plan) return;
    const { source } = chosen;
    const prepared = prepareImport(source, plan, tables);
    if (!prepared.ok) return setProblem(prepared.problem);
    const bad = source.problems.length;
    if (bad > 0 && !plan.skipBad) {
      return setProblem(`${countRows(bad)} cannot be read. Leave them out, or mend the file.`);
    }
    setBusy(true);
    setProblem(undefined);
    try {
      const database = await connection.database();
      const { before, insert, rows } = prepared;
      const request = { before, insert, rows, skipRefused: plan.skipBad };
      const report = await database.insertRows(request, pageSignal);
      if (!report.kept) {
        setRefused(refusedProblems(source, report));
        setRefusedCount(report.refusedCount);
        setProblem(
          `The table refuses ${countRows(report.refusedCount)}, so nothing was imported. Leave them out, or mend the file.`,
        );
        return;
      }
      await connection.reload(pageSignal);
      const name = plan.table?.name ?? plan.newName.trim();
      place.value = { kind: 'table', name, tab: 'rows' };
      const left = bad + report.refusedCount;
      toaster.show({
        message: `Imported ${countRows(report.inserted)} into ${name}.${left > 0 ? ` Left out ${countRows(left)}.` : ''}`,
      });
      onClose();
    } catch (thrown) {
      setProblem(failureText(thrown));
    } finally {
      setBusy(false);
    }
  }

  const problems = [...(chosen?.source.problems ?? []), ...refused];
  const badCount = (chosen?.source.problems.length ?? 0) + refusedCount;
  return (
    <Dialog title="Import rows" locked={busy} onClose={onClose}>
      <p>A file of CSV, or of JSON: a list of objects. All rows come in one step, or none.</p>
      <div class="button-row">
        <button type="button" class="button" onClick={() => chooser.current?.click()}>
          {chosen ? 'Choose another file' : 'Choose a file'}
        </button>
        {chosen && (
          <span class="db-chosen">{`${chosen.name}, ${countRows(chosen.source.rows.length)}`}</span>
        )}
      </div>
      <input
        ref={chooser}
        type="file"
        hidden
        accept=".csv,.tsv,.txt,.json,text/csv,application/json"
        aria-label="File with rows"
        onChange={(event) => void choose(event.currentTarget)}
      />
      {chosen && plan && (
        <ImportChoices
          source={chosen.source}
          csv={chosen.csv}
          plan={plan}
          tables={tables}
          onCsv={readAgain}
          onPlan={setPlan}
        />
      )}
      {badCount > 0 && plan && (
        <section class="db-problems" aria-label="Rows that cannot be imported">
          <ul>
            {problems.slice(0, 20).map(({ place: where, text }, index) => (
              <li key={index}>{`${where}: ${text}`}</li>
            ))}
          </ul>
          {badCount > 20 && <p>{`And ${countRows(badCount - 20)} more.`}</p>}
          <label class="db-check">
            <input
              type="checkbox"
              checked={plan.skipBad}
              onChange={(event) => setPlan({ ...plan, skipBad: event.currentTarget.checked })}
            />
            Leave out what cannot be imported
          </label>
        </section>
      )}
      {problem && (
        <p class="field-note wrong" role="alert">
          {problem}
        </p>
      )}
      <div class="button-row end">
        <button type="button" class="button" disabled={busy} onClick={onClose}>
          Cancel
        </button>
        <button
          type="button"
          class="button primary"
          disabled={busy || !chosen}
          onClick={() => void run()}
        >
          {busy ? 'Importing…' : 'Import'}
        </button>
      </div>
    </Dialog>
  );
}

function read(name: string, text: string, csv: CsvOptions | undefined): Chosen {
  return { name, text, csv, source: csv ? readCsvSource(text, csv) : readJsonSource(text) };
}

function countRows(count: number): string {
  return count === 1 ? '1 row' : `${count.toLocaleString('en-GB')} rows`;
}
