/** The pages to learn from, and the tour. */
import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { LEARN_PAGES } from '../src/address/address.ts';
import { askAll } from './fixtures/ask-example.ts';
import type { ExampleRequest } from './fixtures/example-requests.ts';
import { filesOfPage } from './fixtures/files-of-page.ts';
import { axeFindings } from './instance/axe.ts';
import { browserPool } from './instance/browsers.ts';
import { startInstance } from './instance/instance.ts';
import { hostFolder, temporarySite } from './instance/node-hosts.ts';
import { visitFromNode } from './instance/node-visitors.ts';
import { HomePage } from './instance/studio.ts';
import { Tab } from './instance/tab.ts';
import { whenTestIsDone } from './instance/until.ts';

const openBrowser = browserPool();

const form = (fields: Record<string, string>) => new URLSearchParams(fields);

/** What the steps of “Build a site” say one will see, by the number of the step. */
const STEPS: Record<number, { asks: ExampleRequest[]; answers: RegExp[] }> = {
  1: {
    asks: [
      { ask: 'GET /hello', status: 200 },
      { ask: 'GET /hello/Ada', status: 200 },
    ],
    answers: [/^<h1>Hello\. It is \d\d:\d\d:\d\d\.<\/h1>$/, /^{"hello":"Ada","length":3}$/],
  },
  2: {
    asks: [{ ask: 'GET /', status: 200 }],
    answers: [/<main><h1>Our picnic<\/h1>.*<li>Bread<\/li>.*A blanket &amp; cushions/s],
  },
  3: {
    asks: [{ ask: 'GET /', status: 200 }],
    answers: [/<li>Bread <small>\(The cook\)<\/small><\/li>/],
  },
  4: {
    asks: [
      { ask: 'POST /', body: form({ who: 'Ada', what: 'Tea & cake' }), status: 303 },
      { ask: 'POST /', body: form({ who: 'Ada', what: '' }), status: 400 },
      { ask: 'GET /', status: 200 },
    ],
    answers: [/^$/, /Something is missing/, /Bread.*<li>Tea &amp; cake <small>\(Ada\)/s],
  },
  5: {
    asks: [
      { ask: 'POST /', body: form({ who: 'Ada', what: 'Tea' }), status: 303 },
      { ask: 'GET /', status: 200 },
      { ask: 'POST /things/1/remove', body: form({}), status: 303 },
      { ask: 'POST /things/2/remove', body: form({}), status: 303 },
      { ask: 'GET /', status: 200 },
    ],
    answers: [
      /^$/,
      /bring, Ada\?.*value="Ada"/s,
      /^$/,
      /^$/,
      // Somebody else's stays, one's own is gone.
      /^(?!.*Tea).*Bread/s,
    ],
  },
  6: {
    asks: [
      { ask: 'GET /api/things', status: 200 },
      { ask: 'GET /api/things?who=Nobody', status: 200 },
    ],
    answers: [/^\[{"what":"Bread","who":"The cook"}\]$/, /^\[\]$/],
  },
};

it('builds a site step by step as the tutorial says', async () => {
  const page = await readFile(
    new URL('../src/studio/learn/pages/build-a-site.md', import.meta.url),
    'utf8',
  );
  const sections = page.split(/^## (?=\d)/m).slice(1);
  expect(sections.map((section) => Number.parseInt(section, 10))).toEqual([1, 2, 3, 4, 5, 6]);
  let files: Record<string, string> = { 'peerserver.json': '{ "format": 1 }' };
  for (const section of sections) {
    const step = Number.parseInt(section, 10);
    files = { ...files, ...filesOfPage(section) };
    const instance = await startInstance();
    const host = await hostFolder(instance, { name: 'picnic', folder: await temporarySite(files) });
    const { asks = [], answers = [] } = STEPS[step] ?? {};
    const got = await askAll(await visitFromNode(instance, 'picnic'), asks);
    for (const [index, { ask, status, text }] of got.entries()) {
      expect(`${ask} ${status}`, `in step ${step}`).toBe(`${ask} ${asks[index]?.status}`);
      expect(text, `of ${ask} in step ${step}`).toMatch(answers[index] ?? /never/);
    }
    expect(host.log()).not.toMatch(/error|warn/);
    await host.stop();
  }
});

it('has all pages, each with nothing that axe objects to', async () => {
  const instance = await startInstance();
  const launched = await openBrowser('chromium', 'host');
  const home = await HomePage.open(launched, instance);
  await home.tab.click('link', 'Learn');
  await home.tab.shows('From your first page to a site with a database');
  await home.tab.click('link', 'Build a site');
  await home.tab.shows('We build a site for a picnic');
  await home.tab.click('button', 'Copy code');
  for (const page of LEARN_PAGES) {
    const path = page === 'index' ? '/learn/' : `/learn/${page}`;
    const tab = await Tab.open(launched, instance.origin + path, whenTestIsDone);
    await tab.until('the page', () => tab.page.evaluate(() => !!document.querySelector('main h1')));
    expect(await axeFindings(tab), page).toEqual([]);
    expect(tab.consoleErrors, page).toEqual([]);
    const width = await tab.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(width, `overflow of ${page}`).toBeLessThanOrEqual(0);
    await tab.close();
  }
  expect((await fetch(`${instance.origin}/learn/nothing`)).status).toBe(404);
});

it('gives the tour by keyboard, once, and again to whoever asks for it', async () => {
  const instance = await startInstance();
  const home = await HomePage.open(await openBrowser('chromium', 'host'), instance);
  const { tab } = await home.createServer('garden');
  const { page, launched } = tab;
  const press = (key: 'Enter' | 'Escape' | 'Tab') => launched.guard(page.keyboard.press(key));
  const heading = () =>
    launched.guard(page.evaluate(() => document.querySelector('.tour-card h2')?.textContent));

  await (await tab.find('button', 'Take the tour')).focus();
  await press('Enter');
  const seen: string[] = [];
  for (let step = 1; step <= 7; step += 1) {
    await tab.shows(`Step ${step} of 7`);
    seen.push((await heading()) ?? '');
    expect(await axeFindings(tab, '.tour-card'), `step ${step}`).toEqual([]);
    // It is beside what it speaks of, and within the window, at any size.
    const inside = await page.evaluate(() => {
      const card = document.querySelector('.tour-card')?.getBoundingClientRect();
      const ring = document.querySelector<HTMLElement>('.tour-ring');
      return !!card && card.left >= 0 && card.right <= innerWidth && ring?.hidden === false;
    });
    expect(inside, `step ${step}`).toBe(true);
    await (await tab.find('button', step < 7 ? 'Next' : 'Done')).focus();
    await press('Enter');
  }
  expect(seen[0]).toBe('Your files');
  expect(seen.at(-1)).toBe('Watch what happens');
  await tab.until('the end', async () => (await heading()) === undefined);
  await tab.until('the focus in the page that it was about', () =>
    page.evaluate(() => document.activeElement?.classList.contains('stage')),
  );

  await tab.reload();
  await tab.find('button', 'index.html');
  expect(await page.$('.tour-offer')).toBeNull();
  await launched.guard(page.setViewport({ width: 390, height: 844 }));
  await launched.guard(page.keyboard.down('Control'));
  await launched.guard(page.keyboard.press('k'));
  await launched.guard(page.keyboard.up('Control'));
  await tab.find('combobox', 'Command');
  await launched.guard(page.keyboard.type('Take the tour'));
  await tab.until('the command to be chosen', () =>
    page.evaluate(() =>
      document.querySelector('[role=option][aria-selected=true]')?.textContent?.includes('tour'),
    ),
  );
  await press('Enter');
  await tab.shows('Step 1 of 7');
  await press('Escape');
  await tab.until('the end', async () => (await heading()) === undefined);
  expect(tab.consoleErrors).toEqual([]);
});
