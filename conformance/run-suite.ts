import type { LaunchedBrowser } from '../e2e/browsers/launch.ts';
import type { Instance } from '../e2e/instance/instance.ts';
import { Tab } from '../e2e/instance/tab.ts';
import type { WhenDone } from '../e2e/instance/until.ts';
import { Visitor } from '../e2e/instance/visitor.ts';
import type { RawResults } from './outcomes.ts';
import { RUNNER_PATH } from './suite-server.ts';

/** All tests of the suite; most of the time are its own pauses of three seconds. */
const SUITE_MS = 480_000;

/** Runs the suite in the browser's own cache, against the server itself. */
export async function runDirectly(
  launched: LaunchedBrowser,
  origin: string,
  whenDone: WhenDone,
): Promise<RawResults> {
  const tab = await Tab.open(launched, `${origin}${RUNNER_PATH}`, whenDone);
  return tab.until(
    'the suite to end',
    async () => (await tab.page.evaluate(() => Reflect.get(window, 'suiteResults'))) ?? undefined,
    { timeoutMs: SUITE_MS },
  );
}

/** Runs the suite in a visited page of the site `name`. */
export async function runVisited(
  launched: LaunchedBrowser,
  instance: Instance,
  name: string,
  whenDone: WhenDone,
): Promise<RawResults> {
  const visitor = await Visitor.open(launched, instance.siteUrl(name, RUNNER_PATH), whenDone);
  await visitor.sees('Done', { timeoutMs: SUITE_MS });
  return visitor.frame.evaluate(() => Reflect.get(window, 'suiteResults'));
}
