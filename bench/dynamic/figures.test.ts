import { describe, expect, it } from 'vitest';
import { makeFigures } from './figures.ts';
import type { LoadSample } from './load.ts';
import type { InsertSample, RequestSample, Round } from './measure-dynamic.ts';
import { type Place, type Question, questionsOf } from './questions.ts';

/** Requests that all took this long, one after the other or in so many lanes. */
function loadOf(latency: number, atOnce: number): LoadSample {
  const latencies = new Array<number>(10 * atOnce).fill(latency);
  return { ms: 10 * latency, latencies };
}

function request(place: Place, question: Question, latency: number): RequestSample {
  return { place, question, single: loadOf(latency, 1), many: loadOf(2 * latency, 4) };
}

/** What each question takes, in ms; the file is the quickest. */
const LATENCIES: Readonly<Record<Question, number>> = {
  file: 1,
  constant: 1.5,
  row: 3.5,
  'app-constant': 2,
  'app-row': 4,
};

/** @param slowness of the host's answers only, as a factor */
function round(slowness: number, inserts: readonly InsertSample[] = []): Round {
  const requests = (['node', 'direct'] as const).flatMap((place) =>
    questionsOf(place).map((question) =>
      request(place, question, LATENCIES[question] * (place === 'direct' ? 0.5 : slowness)),
    ),
  );
  return { requests, inserts, foreign: undefined };
}

function inserted(by: InsertSample['by'], rows: number): InsertSample {
  return { host: 'node', by, batch: 1, inserted: { rows, ms: 500 } };
}

describe('makeFigures', () => {
  it('tells what the connection, the sandbox and the database add to a request', () => {
    const [node, ...others] = makeFigures([round(1)]).shares;
    expect(node).toEqual({ place: 'node', file: 1, sandbox: 0.5, database: 2 });
    // Node's own HTTP has no static file to compare with.
    expect(others).toEqual([]);
  });

  it('compares each round with the direct way of the same round', () => {
    const { requests } = makeFigures([round(1), round(2), round(4)]);
    const row = requests.find((one) => one.place === 'node' && one.question === 'row');
    // A row takes 3.5 ms times 1, 2 and 4; directly it always takes 2 ms.
    expect(row?.toDirect?.p50).toMatchObject({ min: 1.75, median: 3.5, max: 7 });
    expect(row?.toDirect?.perSecond).toMatchObject({ min: 1 / 7, median: 1 / 3.5, max: 1 / 1.75 });
  });

  it('compares what needs no database with a direct answer that needs none', () => {
    const { requests } = makeFigures([round(1)]);
    const constant = requests.find((one) => one.place === 'node' && one.question === 'constant');
    expect(constant?.toDirect?.p50.median).toBe(1.5);
  });

  it('counts requests per second over all that were under way at once', () => {
    const { requests } = makeFigures([round(1)]);
    const file = requests.find((one) => one.place === 'node' && one.question === 'file');
    // Four at once, 2 ms each.
    expect(file?.many).toMatchObject({ p50: 2, p99: 2, perSecond: { median: 2000 } });
  });

  it('gives p50 and p99 of the requests of all rounds together', () => {
    const { requests } = makeFigures([...new Array<Round>(9).fill(round(1)), round(100)]);
    const file = requests.find((one) => one.place === 'node' && one.question === 'file');
    expect(file?.single).toEqual({ p50: 1, p99: 100 });
  });

  it('compares inserts through env.DB with those beside it, round by round', () => {
    const { inserts } = makeFigures([
      round(1, [inserted('env.DB', 100), inserted('sqlite', 400)]),
      round(1, [inserted('env.DB', 300), inserted('sqlite', 600)]),
      round(1, [inserted('env.DB', 500), inserted('sqlite', 500)]),
    ]);
    const beside = inserts.find(({ by }) => by === 'sqlite');
    expect(beside?.perSecond.median).toBe(1000);
    expect(beside?.siteToThis).toMatchObject({ min: 0.25, median: 0.5, max: 1 });
  });

  it('refuses no rounds, and rounds that do not fit together', () => {
    expect(() => makeFigures([])).toThrow(RangeError);
    const lacking: Round = { ...round(1), requests: round(1).requests.slice(1) };
    expect(() => makeFigures([round(1), lacking])).toThrow(RangeError);
  });
});
