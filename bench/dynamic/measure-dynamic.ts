import { foreignShare, readProcessorTimes } from '../machine.ts';
import type { DynamicLab } from './dynamic-lab.ts';
import type { Inserted, Inserter } from './engine/inserts.ts';
import { type LoadSample, load } from './load.ts';
import type { DynamicHost, DynamicOptions } from './options.ts';
import { type Place, type Question, questionsOf } from './questions.ts';

/** Rows of the transactions that are measured. */
export const BATCHES = [1, 100] as const;

/** One question at one place. */
export interface RequestSample {
  readonly place: Place;
  readonly question: Question;
  /** One request after the other. */
  readonly single: LoadSample;
  /** Several at once. */
  readonly many: LoadSample;
}

/** Rows inserted by `env.DB` inside the site's code, or beside it. */
export interface InsertSample {
  readonly host: DynamicHost;
  readonly by: 'env.DB' | Inserter;
  readonly batch: number;
  readonly inserted: Inserted;
}

/** Everything once, one right after the other. */
export interface Round {
  readonly requests: readonly RequestSample[];
  readonly inserts: readonly InsertSample[];
  /** Share of the machine that other programs used meanwhile, 0 to 1; undefined where it is unknown. */
  readonly foreign: number | undefined;
}

/** @param backwards in the opposite order: whoever comes after a certain other one may have it easier */
export async function measureRound(
  lab: DynamicLab,
  { ms, atOnce }: Pick<DynamicOptions, 'ms' | 'atOnce'>,
  backwards: boolean,
): Promise<Round> {
  const before = readProcessorTimes();
  const inOrder = <T>(items: Iterable<T>): T[] => (backwards ? [...items].reverse() : [...items]);
  const requests: RequestSample[] = [];
  for (const [place, asked] of inOrder(lab.places)) {
    for (const question of inOrder(questionsOf(place))) {
      const single = await load(asked, question, { atOnce: 1, ms });
      const many = await load(asked, question, { atOnce, ms });
      requests.push({ place, question, single, many });
    }
  }
  const inserts: InsertSample[] = [];
  for (const [host, engine] of inOrder(lab.engines)) {
    for (const batch of BATCHES) {
      for (const by of inOrder(['env.DB', ...engine.inserters] as const)) {
        const inserted =
          by === 'env.DB'
            ? await insertBySite(lab, host, { batch, ms })
            : await engine.insert({ by, batch, ms });
        inserts.push({ host, by, batch, inserted });
      }
    }
  }
  const after = readProcessorTimes();
  return { requests, inserts, foreign: before && after && foreignShare(before, after) };
}

async function insertBySite(
  { places }: DynamicLab,
  host: DynamicHost,
  { batch, ms }: { readonly batch: number; readonly ms: number },
): Promise<Inserted> {
  const answer = await places.get(host)?.ask('POST', `/inserts/${batch}?ms=${ms}`);
  return JSON.parse(new TextDecoder().decode(answer));
}
