/** What docs/errors.md shows is what authors are told, in Node and in tabs. */
import { describe, expect, it } from 'vitest';
import type { BrowserName } from './browsers/launch.ts';
import { type LearnerError, readErrorExamples } from './fixtures/error-page-of-docs.ts';
import { openTabProject } from './fixtures/tab-project.ts';
import { browserPool } from './instance/browsers.ts';
import { startInstance } from './instance/instance.ts';
import { hostFolder, temporarySite } from './instance/node-hosts.ts';
import { get, visitFromNode } from './instance/node-visitors.ts';

const openBrowser = browserPool();
const BROWSERS: readonly BrowserName[] = ['chromium', 'firefox'];
const { files, errors } = await readErrorExamples();

describe('the errors of docs/errors.md', () => {
  it('are those that learners make', () => {
    expect(errors.length).toBeGreaterThanOrEqual(8);
    for (const { message } of errors) expect(message[0]).toMatch(/^[\w/]+\.ts(:\d+)? {2}\S/);
  });

  it('are told so in Node', async () => {
    const instance = await startInstance();
    const folder = await temporarySite({ ...files });
    const host = await hostFolder(instance, { name: 'garden', folder });
    const visit = await visitFromNode(instance, 'garden');
    for (const error of errors) {
      await get(visit, error.target);
      const [first, ...hints] = linesOf(error);
      const { place, text } = first;
      await expect.poll(() => withoutColumns(host.log())).toContain(`  ${place}  ${text}\n`);
      for (const hint of hints) expect(host.log()).toContain(` ${hint}\n`);
    }
  });

  it.each(BROWSERS)('are told so in a tab of %s', async (browser) => {
    const project = await openTabProject(await openBrowser(browser, 'host'), files);
    for (const error of errors) {
      await project.get(error.target);
      const [{ place, text }, ...hints] = linesOf(error);
      // In the log the place is a button right before the text.
      await project.logged(`${place}${text}`, ...hints);
    }
  });
});

function linesOf({ message }: LearnerError): [{ place: string; text: string }, ...string[]] {
  const [first = '', ...hints] = message;
  const [place = '', text = ''] = first.split(/ {2}(.*)/);
  return [{ place, text }, ...hints];
}

/** The command line tells them, too. */
function withoutColumns(log: string): string {
  return log.replace(/(\.ts:\d+):\d+/g, '$1');
}
