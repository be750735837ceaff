import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';

/** The versions of what takes part, by the names of npm's packages. */
export async function packageVersions(...names: string[]): Promise<Record<string, string>> {
  const versions = names.map(async (name) => {
    const file = new URL(`../node_modules/${name}/package.json`, import.meta.url);
    const { version } = JSON.parse(await readFile(file, 'utf8')) as { version: string };
    return [name, version] as const;
  });
  return Object.fromEntries(await Promise.all(versions));
}

/** What came out of a suite in one place; `all` and `files` are numbers, the rest says what was not as expected. */
export interface SuiteResults {
  readonly all: object;
  readonly files: Readonly<Record<string, object>>;
  readonly failures: readonly string[];
}

/**
 * Writes what came out of a suite into `conformance/<suite>/results.json`, beside what came out elsewhere.
 * @param where the place, such as `chromium`
 * @param versions of the suite and of what took part
 */
export async function writeResults(
  suite: string,
  where: string,
  versions: Readonly<Record<string, string>>,
  results: SuiteResults,
): Promise<void> {
  const file = new URL(`${suite}/results.json`, import.meta.url);
  const before = existsSync(file) ? JSON.parse(await readFile(file, 'utf8')) : {};
  const date = new Date().toISOString().slice(0, 10);
  const now = { ...before, [where]: { date, versions, ...results } };
  await writeFile(file, `${JSON.stringify(now, null, 2)}\n`);
}
