/** What became of each test, read as the suite itself reads its results. */
import categories from 'http-cache-tests/tests/index.mjs';

/** As the suite's page keeps them: true, or the kind of failure and its text. */
export type RawResults = Readonly<Record<string, true | readonly [kind: string, text: string]>>;

/**
 * - `pass`, `fail`: required and optional behaviour, which is there or not
 * - `yes`, `no`: questions to which either answer is right
 * - `setup`: the test could not be carried out
 * - `depends`: a test that it builds on did not pass
 */
export type Outcome = 'pass' | 'fail' | 'yes' | 'no' | 'setup' | 'depends';
export type Outcomes = Readonly<Record<string, Outcome>>;

type Test = (typeof categories)[number]['tests'][number];

/** Those tests of a category that are about private caches. */
export function testsOf(category: (typeof categories)[number]): readonly Test[] {
  return category.tests.filter((test) => test.browser_skip !== true);
}

const TESTS = new Map(
  categories.flatMap((category) => category.tests.map((test) => [test.id, test] as const)),
);

/** The outcome of every test that is about private caches. */
export function outcomesOf(results: RawResults): Outcomes {
  const outcomes: Record<string, Outcome> = {};
  for (const category of categories) {
    for (const { id } of testsOf(category)) outcomes[id] = outcomeOf(id, results);
  }
  return outcomes;
}

function outcomeOf(id: string, results: RawResults): Outcome {
  const test = TESTS.get(id);
  const result = results[id];
  if (!test || result === undefined) return 'setup';
  for (const needed of test.depends_on ?? []) {
    // A test for shared caches has no result here, and tells nothing.
    if (results[needed] === undefined) continue;
    if (!isGood(outcomeOf(needed, results))) return 'depends';
  }
  if (result !== true && result[0] !== 'Assertion') return 'setup';
  if (test.kind === 'check') return result === true ? 'yes' : 'no';
  return result === true ? 'pass' : 'fail';
}

export function isGood(outcome: Outcome | undefined): boolean {
  return outcome === 'pass' || outcome === 'yes';
}
