import { type BulkKind, type SmallKind, smallKindsOf } from './lab/lab.ts';
import type { Machine } from './machine.ts';
import type { Samples } from './measure.ts';
import type { BenchOptions, HostKind } from './options.ts';
import { median, type Summary, summarize } from './statistics.ts';

/** What is aimed at. */
export const TARGETS = {
  /** How much worse than an earlier commit's figures may be, as a share of those. */
  regression: 0.1,
  /** Smallest R3/R0. */
  throughputRatio: 0.85,
  /** Largest p50 of a small request, as a multiple of floor and ping together. */
  latencyFactor: 1.5,
} as const;

/** A figure beside what it should be. */
export interface Verdict {
  readonly target: string;
  readonly value: number;
  readonly limit: number;
  readonly met: boolean;
}

export interface Report {
  readonly machine: Machine;
  readonly options: BenchOptions;
  /** MB (10^6 bytes) per second. */
  readonly throughput: Readonly<Partial<Record<BulkKind, Summary>>>;
  /** R3/R0, pair by pair. */
  readonly ratios: Readonly<Partial<Record<HostKind, Summary>>>;
  /** Milliseconds. */
  readonly latency: Readonly<Partial<Record<SmallKind, Summary>>>;
  /** Share of the machine that other programs used during the transfers, 0 to 1, where it is known. */
  readonly foreign: Summary | undefined;
  /** About the first host. */
  readonly verdicts: readonly Verdict[];
  readonly samples: Samples;
}

/** Makes figures of samples. Throws RangeError when samples of a kind are missing. */
export function makeReport(machine: Machine, options: BenchOptions, samples: Samples): Report {
  const [main] = options.hosts;
  const msOf = (kind: BulkKind) =>
    samples.rounds.map((round) => round.find((sample) => sample.kind === kind)?.ms ?? Number.NaN);
  const speedOf = (kind: BulkKind) => msOf(kind).map((ms) => options.bulkBytes / 1000 / ms);
  const raw = msOf('raw');
  const ratiosOf = (kind: HostKind) => msOf(kind).map((ms, pair) => (raw[pair] ?? Number.NaN) / ms);
  const bulkKinds: BulkKind[] = ['raw', ...options.hosts];
  const smallKinds = smallKindsOf(options);
  const smallOf = (kind: SmallKind) => samples.small[kind] ?? [];
  const foreign = samples.rounds.flat().flatMap(({ foreign: share }) => share ?? []);
  return {
    machine,
    options,
    throughput: Object.fromEntries(bulkKinds.map((kind) => [kind, summarize(speedOf(kind))])),
    ratios: Object.fromEntries(options.hosts.map((kind) => [kind, summarize(ratiosOf(kind))])),
    latency: Object.fromEntries(smallKinds.map((kind) => [kind, summarize(smallOf(kind))])),
    foreign: foreign.length > 0 ? summarize(foreign) : undefined,
    verdicts: [
      ...judge(median(ratiosOf(main)), (kind) => median(smallOf(kind === 'visit' ? main : kind))),
      ...(options.against === undefined
        ? []
        : judgeAgainst(
            { ratio: median(ratiosOf(main)), p50: median(smallOf(main)) },
            { ratio: median(ratiosOf('earlier')), p50: median(smallOf('earlier')) },
          )),
    ],
    samples,
  };
}

/** @param p50 median of small requests, milliseconds; `visit` is the visited page's */
export function judge(
  ratio: number,
  p50: (kind: 'visit' | 'floor' | 'ping' | 'http') => number,
): Verdict[] {
  const visit = p50('visit');
  const sum = TARGETS.latencyFactor * (p50('floor') + p50('ping'));
  const http = p50('http');
  return [
    {
      target: `R3/R0 at least ${TARGETS.throughputRatio}`,
      value: ratio,
      limit: TARGETS.throughputRatio,
      met: ratio >= TARGETS.throughputRatio,
    },
    {
      target: `p50 at most ${TARGETS.latencyFactor} × (floor + ping), ms`,
      value: visit,
      limit: sum,
      met: visit <= sum,
    },
    {
      target: 'p50 at most that of plain node:http, ms',
      value: visit,
      limit: http,
      met: visit <= http,
    },
  ];
}

/** Whether this commit is about as good as an earlier one that was measured by turns with it. */
export function judgeAgainst(
  now: { readonly ratio: number; readonly p50: number },
  earlier: { readonly ratio: number; readonly p50: number },
): Verdict[] {
  const ratioLimit = earlier.ratio * (1 - TARGETS.regression);
  const p50Limit = earlier.p50 * (1 + TARGETS.regression);
  return [
    {
      target: "R3/R0 within 10 % of the earlier one's",
      value: now.ratio,
      limit: ratioLimit,
      met: now.ratio >= ratioLimit,
    },
    {
      target: "p50 within 10 % of the earlier one's, ms",
      value: now.p50,
      limit: p50Limit,
      met: now.p50 <= p50Limit,
    },
  ];
}

const BULK_TITLES: Record<BulkKind, string> = {
  raw: 'R0  raw data channel',
  tab: 'R3  visited page, host is a tab',
  node: 'R3  visited page, host is Node',
  earlier: 'R3  the earlier commit, host is a tab',
};

const RATIO_TITLES: Record<HostKind, string> = {
  tab: 'R3/R0, host is a tab',
  node: 'R3/R0, host is Node',
  earlier: 'R3/R0, the earlier commit',
};

const SMALL_TITLES: Record<SmallKind, string> = {
  tab: 'visited page, host is a tab',
  node: 'visited page, host is Node',
  earlier: 'the earlier commit, host is a tab',
  floor: 'service worker on the spot (floor)',
  'floor-stream': 'the same, body as a stream',
  ping: 'raw data channel, echo',
  http: 'plain node:http',
};

/** The report as text for a terminal. */
export function formatReport(report: Report): string {
  const { machine, options, samples, foreign } = report;
  const megabytes = options.bulkBytes / 1024 / 1024;
  const load = `load at the start ${machine.loadAtStart.toFixed(2)}`;
  const others = foreign
    ? `; other programs used ${percent(foreign.median)} of it during transfers (${percent(foreign.min)}–${percent(foreign.max)})`
    : '';
  return [
    `${machine.cores} cores (${machine.processor}), ${machine.system}`,
    `${machine.browser}, Node ${machine.node}, commit ${machine.commit ?? 'unknown'}, ${machine.date}`,
    load + others,
    '',
    row(`${megabytes} MiB, ${options.pairs} rounds; MB/s`, ['median', 'min–max', 'quartiles']),
    ...entries(report.throughput).map(([kind, summary]) =>
      row(BULK_TITLES[kind], spread(summary, 1)),
    ),
    ...entries(report.ratios).map(([kind, summary]) => row(RATIO_TITLES[kind], spread(summary, 2))),
    '',
    row(`GET of 1 KiB, ${options.requests} requests; ms`, ['p50', 'p95', 'min–max']),
    ...entries(report.latency).map(([kind, { median: p50, p95, min, max }]) =>
      row(SMALL_TITLES[kind], [
        p50.toFixed(2),
        p95.toFixed(2),
        `${min.toFixed(1)}–${max.toFixed(1)}`,
      ]),
    ),
    '',
    row('Target', ['measured', 'limit', '']),
    ...report.verdicts.map(({ target, value, limit, met }) =>
      row(target, [value.toFixed(2), limit.toFixed(2), met ? 'met' : 'MISSED']),
    ),
    ...samples.retries.map((text) => `\n${text}`),
    '',
  ].join('\n');
}

/** The entries of a record whose keys are known. */
function entries<K extends string, V>(record: Readonly<Partial<Record<K, V>>>): [K, V][] {
  return Object.entries(record) as [K, V][];
}

function spread(
  { median: middle, min, max, lowerQuartile, upperQuartile }: Summary,
  digits: number,
) {
  const show = (value: number) => value.toFixed(digits);
  return [
    show(middle),
    `${show(min)}–${show(max)}`,
    `${show(lowerQuartile)}–${show(upperQuartile)}`,
  ];
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function row(title: string, cells: readonly string[]): string {
  return `${title.padEnd(42)}${cells.map((cell) => cell.padStart(12)).join('')}`.trimEnd();
}
