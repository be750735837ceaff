/** Samples as figures: one way beside another, and what each step of a way costs. */
import { median, percentile, type Summary, summarize } from '../statistics.ts';
import type { LoadSample } from './load.ts';
import type { Round } from './measure-dynamic.ts';
import type { Place, Question } from './questions.ts';

/** How quick requests were. */
export interface RequestFigures {
  readonly place: Place;
  readonly question: Question;
  /** One request after the other; milliseconds, of all rounds together. */
  readonly single: { readonly p50: number; readonly p99: number };
  /** Several at once. */
  readonly many: { readonly p50: number; readonly p99: number; readonly perSecond: Summary };
  /**
   * Beside the Hono app on Node's HTTP with the database (or without, where the question needs none), each
   * computed within a round. Requests per second: more is better. Milliseconds: less is better.
   */
  readonly toDirect: { readonly perSecond: Summary; readonly p50: Summary } | undefined;
}

/** What the steps of a request's way add to its p50, one request after the other, milliseconds. */
export interface Shares {
  readonly place: Place;
  /** The connection and a static file. */
  readonly file: number;
  /** A route instead of the file. */
  readonly sandbox: number;
  /** The route reads a row. */
  readonly database: number;
}

/** Rows per second. */
export interface InsertFigures {
  readonly host: string;
  readonly by: string;
  readonly batch: number;
  readonly perSecond: Summary;
  /** env.DB's rows per second as a share of this one's, each computed within a round. */
  readonly siteToThis: Summary;
}

export interface Figures {
  readonly requests: readonly RequestFigures[];
  readonly shares: readonly Shares[];
  readonly inserts: readonly InsertFigures[];
}

/** @throws RangeError for no rounds, or rounds that lack samples that others have */
export function makeFigures(rounds: readonly Round[]): Figures {
  const [first] = rounds;
  if (!first) throw new RangeError('There are no rounds.');
  const requests = first.requests.map(({ place, question }) =>
    requestFigures(rounds, place, question),
  );
  const places = [...new Set(first.requests.map(({ place }) => place))];
  return {
    requests,
    shares: places.flatMap((place) => sharesOf(requests, place)),
    inserts: first.inserts.map(({ host, by, batch }) => {
      const own = insertedPerSecond(rounds, host, by, batch);
      const site = insertedPerSecond(rounds, host, 'env.DB', batch);
      const siteToThis = summarize(ratios(site, own));
      return { host, by, batch, perSecond: summarize(own), siteToThis };
    }),
  };
}

function requestFigures(
  rounds: readonly Round[],
  place: Place,
  question: Question,
): RequestFigures {
  const own = samplesOf(rounds, place, question);
  const without = question === 'app-constant' || question === 'constant' || question === 'file';
  const direct = samplesOf(rounds, 'direct', without ? 'app-constant' : 'app-row');
  const speeds = own.map(({ many }) => perSecond(many));
  const p50s = own.map(({ single }) => median(single.latencies));
  return {
    place,
    question,
    single: spread(own.map(({ single }) => single)),
    many: { ...spread(own.map(({ many }) => many)), perSecond: summarize(speeds) },
    toDirect:
      place === 'direct'
        ? undefined
        : {
            perSecond: summarize(
              ratios(
                speeds,
                direct.map(({ many }) => perSecond(many)),
              ),
            ),
            p50: summarize(
              ratios(
                p50s,
                direct.map(({ single }) => median(single.latencies)),
              ),
            ),
          },
  };
}

function samplesOf(rounds: readonly Round[], place: Place, question: Question) {
  return rounds.map(({ requests }) => {
    const found = requests.find((one) => one.place === place && one.question === question);
    if (!found) throw new RangeError(`A round lacks ${question} at ${place}.`);
    return found;
  });
}

function insertedPerSecond(
  rounds: readonly Round[],
  host: string,
  by: string,
  batch: number,
): number[] {
  return rounds.map(({ inserts }) => {
    const found = inserts.find((one) => one.host === host && one.by === by && one.batch === batch);
    if (!found) throw new RangeError(`A round lacks inserts by ${by} in ${host}.`);
    return (found.inserted.rows / found.inserted.ms) * 1000;
  });
}

function sharesOf(figures: readonly RequestFigures[], place: Place): Shares[] {
  const p50 = (question: Question) =>
    figures.find((one) => one.place === place && one.question === question)?.single.p50;
  const [file, constant, row] = [p50('file'), p50('constant'), p50('row')];
  if (file === undefined || constant === undefined || row === undefined) return [];
  return [{ place, file, sandbox: constant - file, database: row - constant }];
}

function spread(samples: readonly LoadSample[]): { readonly p50: number; readonly p99: number } {
  const latencies = samples.flatMap((sample) => sample.latencies);
  return { p50: median(latencies), p99: percentile(latencies, 0.99) };
}

function perSecond({ latencies, ms }: LoadSample): number {
  return (latencies.length / ms) * 1000;
}

/** Each value over the one of the same round. */
function ratios(values: readonly number[], others: readonly number[]): number[] {
  return values.map((value, round) => value / (others[round] ?? Number.NaN));
}
