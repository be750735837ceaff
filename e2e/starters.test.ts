/** Every starter: made into a server, used by two people, taken elsewhere with its data, used again. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DownloadFolder } from './fixtures/download-folder.ts';
import { axeFindings } from './instance/axe.ts';
import { browserPool } from './instance/browsers.ts';
import { type Instance, startInstance } from './instance/instance.ts';
import { HomePage } from './instance/studio.ts';
import { HomeServers } from './instance/studio-home.ts';
import { until, whenTestIsDone } from './instance/until.ts';
import { Visitor } from './instance/visitor.ts';
import { STARTERS } from './starters/all.ts';
import { SitePage } from './starters/site-page.ts';

const openBrowser = browserPool();
let downloads: DownloadFolder;
let instance: Instance;

beforeAll(async () => {
  downloads = await DownloadFolder.launch('chromium', afterAll);
  instance = await startInstance({ whenDone: afterAll });
});

it('has a way of use for every starter there is', async () => {
  const list = new URL('../starters/starters.json', import.meta.url);
  const starters: { id: string; title: string }[] = JSON.parse(await readFile(list, 'utf8'));
  const used = Object.entries(STARTERS).map(([id, { title }]) => ({ id, title }));
  expect(used).toEqual(starters.map(({ id, title }) => ({ id, title })));
});

describe.each(Object.entries(STARTERS))('the starter %s', (id, starter) => {
  it('is used by two visitors, exported, imported under another name, and used again with its data', async () => {
    const name = `my-${id}`;
    const home = await HomePage.open(downloads.launched, instance);
    const servers = new HomeServers(home);
    const server = await home.createServer(name, starter.title);

    const ann = await visit('chromium', name);
    const ben = await visit('firefox', name);
    await starter.use({ ann, ben });
    expect(await findingsOn(ann, starter.pages)).toEqual([]);

    await home.tab.reload();
    await servers.choose(name, 'Export');
    const zip = await downloaded(`${name}.zip`);
    await server.close();

    await servers.drop(`${name}.zip`, zip);
    await servers.tab.answer('Name of the new server', `${name}-2`);
    await home.tab.shows(`${name}-2 is ready.`);
    await servers.opens(() => home.tab.click('link', `Open ${name}-2`));
    const visitor = await visit('chromium', `${name}-2`);
    await starter.useCopy(visitor);

    for (const page of [ann, ben, visitor]) {
      expect(page.unexpectedErrors()).toEqual([]);
    }
    expect(home.tab.consoleErrors).toEqual([]);
  });
});

async function visit(browser: 'chromium' | 'firefox', name: string): Promise<SitePage> {
  const launched = await openBrowser(browser, 'visitor');
  return new SitePage(await Visitor.open(launched, instance.siteUrl(name), whenTestIsDone));
}

/** What axe has against these pages, light and dark, and which of them are too wide for a phone. */
async function findingsOn(visitor: SitePage, pages: readonly string[] = []): Promise<string[]> {
  if (pages.length === 0) return findingsOnPage(visitor);
  const findings: string[] = [];
  for (const page of pages) {
    await visitor.goTo(page, page.split('?')[0]);
    // Some pages are filled by their script: when there is a heading, it has done so.
    await visitor.until('a heading', async (frame) => (await frame.$('h1')) ?? undefined);
    findings.push(...(await findingsOnPage(visitor)));
  }
  return findings;
}

async function findingsOnPage(visitor: SitePage): Promise<string[]> {
  const { tab, frame } = visitor.visitor;
  const findings = await axeFindings(tab, 'html', frame);
  const { launched, page } = tab;
  const before = page.viewport();
  await launched.guard(page.setViewport({ width: 390, height: 844 }));
  await visitor.until('the page on a phone', (shown) =>
    shown.evaluate(() => innerWidth === 390 || undefined),
  );
  const tooWide = await launched.guard(frame.evaluate(partsTooWide));
  await launched.guard(page.setViewport(before));
  return [...findings, ...tooWide];
}

/** Runs in the page: what sticks out of it at the side, when the page can be pushed sideways. */
function partsTooWide(): string[] {
  if (document.documentElement.scrollWidth <= innerWidth) return [];
  const parts = [...document.body.querySelectorAll('*')];
  return parts
    .filter((part) => part.getBoundingClientRect().right > innerWidth + 0.5)
    .map((part) => `${location.pathname} is too wide for a phone: ${part.outerHTML.slice(0, 80)}`);
}

function downloaded(file: string): Promise<Uint8Array> {
  return until(`the download ${file}`, async () => {
    const finished = downloads.progress.get(file)?.state === 'completed';
    return finished && readFile(join(downloads.path, file));
  });
}
