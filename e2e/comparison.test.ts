/** A page sees of a site what it would see of an ordinary web server, and so does the site of the page. */
import { afterAll, describe, expect, it } from 'vitest';
import { siteHandler } from '../src/host/dispatch.ts';
import { openFolder } from '../src/host/node/open-folder.ts';
import type { BrowserName } from './browsers/launch.ts';
import { pageCases } from './fixtures/comparison-cases.ts';
import { actInPage, type PageCase } from './fixtures/comparison-page.ts';
import { ComparisonSite, fieldsOfSeen } from './fixtures/comparison-site.ts';
import { compareFields, type Difference, type Fields, judge } from './fixtures/differences.ts';
import { startDirectServer } from './fixtures/direct-server.ts';
import { PAGE_DIFFERENCES } from './fixtures/page-differences.ts';
import { browserPool } from './instance/browsers.ts';
import { startInstance } from './instance/instance.ts';
import { hostHandler, temporarySite } from './instance/node-hosts.ts';
import { Tab } from './instance/tab.ts';
import { until, whenTestIsDone } from './instance/until.ts';
import { Visitor } from './instance/visitor.ts';

/** The site has the same name on both ways, so that only the port tells the origins apart. */
const NAME = 'same';

const openBrowser = browserPool();
const instance = await startInstance({ whenDone: afterAll });
const files = siteHandler(
  await openFolder(
    await temporarySite(
      {
        'files/numbers.txt': '0123456789',
        'files/other.txt': 'the other file',
        'files/deeper/index.html': '<!doctype html><title>Deeper</title>deeper',
      },
      afterAll,
    ),
  ),
);
const directSite = new ComparisonSite(files);
const direct = await startDirectServer(directSite.handle, afterAll);
const tunnelledSite = new ComparisonSite(files);
await hostHandler(instance, { name: NAME, handler: tunnelledSite.handle, whenDone: afterAll });

describe.each<BrowserName>(['chromium', 'firefox'])('in %s', (browserName) => {
  it('sees the same and is seen the same, directly and through the tunnel', {
    timeout: 240_000,
  }, async () => {
    const launched = await openBrowser(browserName, 'visitor');
    // In a browser of its own, since those in the background do not load everything.
    const launchedDirectly = await openBrowser(browserName, 'direct');
    const directTab = await Tab.open(launchedDirectly, direct.siteUrl(NAME), whenTestIsDone);
    const visitor = await Visitor.open(launched, instance.siteUrl(NAME));
    await visitor.sees('Comparison');
    // What came with the pages themselves is no part of the first request.
    directSite.takeSeen();
    tunnelledSite.takeSeen();
    const differences: Difference[] = [];
    for (const one of pageCases()) {
      const seen = [
        { tab: directTab, frame: directTab.page.mainFrame(), site: directSite },
        { tab: visitor.tab, frame: visitor.frame, site: tunnelledSite },
      ].map(async ({ tab, frame, site }) => {
        const fields = await tab.launched.guard(frame.evaluate(actInPage, one));
        return withoutChance({ ...fields, ...fieldsOfSeen(await requestsOf(one, site)) });
      });
      const [directly = {}, tunnelled = {}] = await Promise.all(seen);
      differences.push(...compareFields(one.name, directly, tunnelled));
    }
    expect(judge(browserName, differences, PAGE_DIFFERENCES)).toEqual({
      unexplained: [],
      outdated: [],
    });
  });
});

/** The requests that came of a case. A beacon is on its way when the page goes on. */
async function requestsOf(one: PageCase, site: ComparisonSite) {
  if (one.kind !== 'beacon') return site.takeSeen();
  return until('the beacon', async () => {
    const seen = site.takeSeen();
    return seen.length > 0 ? seen : undefined;
  });
}

/** Without what is different each time: ports, the boundaries of forms, and the time of day. */
function withoutChance(fields: Fields): Fields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      value
        .replaceAll(/\b(same\.localhost):\d+/g, '$1')
        .replaceAll(/-{4}(WebKitFormBoundary|geckoformboundary)\w+/g, 'BOUNDARY')
        .replace(/^\w{3}, \d\d \w{3} 202[6-9] [\d:]{8} GMT$/, 'now'),
    ]),
  );
}
