import type { Machine } from '../machine.ts';
import { type Summary, summarize } from '../statistics.ts';
import type { Figures } from './figures.ts';
import type { Round } from './measure-dynamic.ts';
import type { DynamicOptions } from './options.ts';
import type { Place, Question } from './questions.ts';

export interface DynamicReport {
  readonly machine: Machine;
  readonly options: DynamicOptions;
  readonly figures: Figures;
  /** Share of the machine that other programs used, 0 to 1, where it is known. */
  readonly foreign: Summary | undefined;
  readonly rounds: readonly Round[];
}

/** @param rounds at least one */
export function makeDynamicReport(
  machine: Machine,
  options: DynamicOptions,
  figures: Figures,
  rounds: readonly Round[],
): DynamicReport {
  const foreign = rounds.flatMap((round) => round.foreign ?? []);
  const summary = foreign.length > 0 ? summarize(foreign) : undefined;
  return { machine, options, figures, foreign: summary, rounds };
}

const PLACES: Record<Place, string> = {
  tab: 'tab',
  node: 'Node',
  process: 'Node, no tunnel',
  direct: 'node-server',
};

const QUESTIONS: Record<Question, string> = {
  file: 'static file',
  constant: 'route, constant',
  row: 'route, one row',
  'app-constant': 'Hono, constant',
  'app-row': 'Hono, one row',
};

const INSERTERS: Readonly<Record<string, string>> = {
  engine: 'the engine, same worker',
  sqlite: 'SQLite, same worker',
  native: 'SQLite, native',
};

/** The report as text for a terminal. */
export function formatDynamicReport(report: DynamicReport): string {
  const { machine, options, figures, foreign } = report;
  const others = foreign
    ? `; other programs used ${percent(foreign.median)} of it (${percent(foreign.min)}–${percent(foreign.max)})`
    : '';
  return [
    `${machine.cores} cores (${machine.processor}), ${machine.system}`,
    `${machine.browser}, Node ${machine.node}, commit ${machine.commit ?? 'unknown'}, ${machine.date}`,
    `load at the start ${machine.loadAtStart.toFixed(2)}${others}`,
    `${options.rounds} rounds of ${options.ms} ms each; × is the ratio to node-server within a round (min–max)`,
    '',
    row('one after the other, ms', ['p50', 'p99', '× p50', '']),
    ...figures.requests.map(({ place, question, single, toDirect }) =>
      row(title(place, question), [
        single.p50.toFixed(2),
        single.p99.toFixed(2),
        ...(toDirect ? spread(toDirect.p50) : []),
      ]),
    ),
    '',
    row(`${options.atOnce} at once`, ['requests/s', '×', '', 'p50 ms', 'p99 ms']),
    ...figures.requests.map(({ place, question, many, toDirect }) =>
      row(title(place, question), [
        many.perSecond.median.toFixed(0),
        ...(toDirect ? spread(toDirect.perSecond) : ['', '']),
        many.p50.toFixed(2),
        many.p99.toFixed(2),
      ]),
    ),
    '',
    row('what a route costs (p50), ms', ['file', '+ sandbox', '+ database', 'sum']),
    ...figures.shares.map(({ place, file, sandbox, database }) =>
      row(
        PLACES[place],
        [file, sandbox, database, file + sandbox + database].map((ms) => ms.toFixed(2)),
      ),
    ),
    '',
    row('inserts, rows/s', ['one by one', 'env.DB ×', 'of 100', 'env.DB ×']),
    ...insertRows(figures),
    '',
  ].join('\n');
}

function insertRows({ inserts }: Figures): string[] {
  return inserts
    .filter(({ batch }) => batch === 1)
    .map(({ host, by, perSecond, siteToThis }) => {
      const batched = inserts.find((one) => one.host === host && one.by === by && one.batch > 1);
      const isSite = by === 'env.DB';
      return row(`${PLACES[host as Place]}: ${INSERTERS[by] ?? by}`, [
        perSecond.median.toFixed(0),
        isSite ? '' : siteToThis.median.toFixed(2),
        batched?.perSecond.median.toFixed(0) ?? '',
        isSite ? '' : (batched?.siteToThis.median.toFixed(2) ?? ''),
      ]);
    });
}

function title(place: Place, question: Question): string {
  return `${PLACES[place]}: ${QUESTIONS[question]}`;
}

function spread({ median, min, max }: Summary): [string, string] {
  return [median.toFixed(2), `${min.toFixed(2)}–${max.toFixed(2)}`];
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function row(name: string, cells: readonly string[]): string {
  return `${name.padEnd(34)}${cells.map((cell) => cell.padStart(12)).join('')}`.trimEnd();
}
