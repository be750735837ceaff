/**
 * Runs a file of Handlebars' specification: what its scripts expect around them (mocha's functions, chai's
 * `expect`, sinon's spies), as far as they use it. Needs no packages, since it runs inside a site.
 */
import { assertions } from './assertions.ts';
import type { Bench, Engine } from './bench.ts';

export interface SpecResult {
  readonly test: string;
  /** `elsewhere`: about something that cannot be asked in this way. */
  readonly outcome: 'passed' | 'failed' | 'elsewhere';
  readonly message?: string;
}

/** Thrown for a test that is about something else than what is tested. */
export class NotHere extends Error {}

type Body = () => unknown;

interface Group {
  readonly title: string;
  readonly before: Body[];
  readonly after: Body[];
}

interface Test {
  readonly title: string;
  readonly groups: readonly Group[];
  readonly body: Body;
}

/** The outcome of every test in the file; what it skips by itself is left out. @param text the file */
export async function runSpec(text: string, engine: Engine, bench: Bench): Promise<SpecResult[]> {
  const tests: Test[] = [];
  let groups: Group[] = [{ title: '', before: [], after: [] }];
  const skip = () => {};
  const describe = Object.assign(
    (title: string, body: Body) => {
      const outer = groups;
      groups = [...outer, { title, before: [], after: [] }];
      body();
      groups = outer;
    },
    { skip },
  );
  const it = Object.assign(
    (title: string, body: Body) => {
      const titles = groups.slice(1).map((group) => group.title);
      tests.push({ title: [...titles, title].join(' > '), groups, body });
    },
    { skip },
  );
  const surroundings: Record<string, unknown> = {
    describe,
    it,
    xit: skip,
    xdescribe: skip,
    beforeEach: (body: Body) => groups.at(-1)?.before.push(body),
    afterEach: (body: Body) => groups.at(-1)?.after.push(body),
    Handlebars: engine,
    CompilerContext: bench.compilerContext,
    ...assertions(bench),
  };
  // Its scripts speak of the global object by this name.
  Object.assign(globalThis, { global: globalThis }, surroundings);
  // As a script and not as a module: that is how it is written.
  new Function(text)();
  const results: SpecResult[] = [];
  for (const test of tests) results.push(await runTest(test, engine, bench));
  return results;
}

async function runTest(test: Test, engine: Engine, bench: Bench): Promise<SpecResult> {
  const name = { test: test.title };
  Object.assign(globalThis, { handlebarsEnv: engine.create() });
  try {
    for (const { before } of test.groups) for (const body of before) await body();
    await bench.run(test.body);
    return { ...name, outcome: 'passed' };
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    if (thrown instanceof NotHere) return { ...name, outcome: 'elsewhere', message };
    return { ...name, outcome: 'failed', message: message.slice(0, 300) };
  } finally {
    for (const { after } of test.groups) for (const body of after) await body();
  }
}
