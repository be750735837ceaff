/** The outcomes that visited pages are known to have, so that no change makes them worse unseen. */
import { readFile, writeFile } from 'node:fs/promises';
import type { BrowserName } from '../e2e/browsers/launch.ts';
import { isGood, type Outcome, type Outcomes } from './outcomes.ts';

/** How outcomes differ from the expected ones; each line names a test. */
export interface Change {
  readonly worse: readonly string[];
  readonly better: readonly string[];
}

export async function readExpected(browserName: BrowserName): Promise<Outcomes> {
  return JSON.parse(await readFile(fileOf(browserName), 'utf8')) as Outcomes;
}

export async function writeExpected(browserName: BrowserName, outcomes: Outcomes): Promise<void> {
  await writeFile(fileOf(browserName), `${JSON.stringify(outcomes, null, 2)}\n`);
}

/** Compares outcomes with the expected ones. A test that is gone, or could not be carried out, is worse. */
export function compareOutcomes(expected: Outcomes, outcomes: Outcomes): Change {
  const worse: string[] = [];
  const better: string[] = [];
  for (const id of new Set([...Object.keys(expected), ...Object.keys(outcomes)])) {
    const before: Outcome | undefined = expected[id];
    const now: Outcome | undefined = outcomes[id];
    if (isGood(before) === isGood(now)) continue;
    (isGood(now) ? better : worse).push(`${id}: ${now ?? 'gone'}, expected ${before ?? 'nothing'}`);
  }
  return { worse, better };
}

function fileOf(browserName: BrowserName): URL {
  return new URL(`expected/http-cache-${browserName}.json`, import.meta.url);
}
