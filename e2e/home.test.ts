/** The home page: starters, the servers of this browser, and what is brought to it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import type { BrowserName } from './browsers/launch.ts';
import { DownloadFolder } from './fixtures/download-folder.ts';
import { dropFromDisk } from './fixtures/drop-files.ts';
import { axeFindings } from './instance/axe.ts';
import { browserPool } from './instance/browsers.ts';
import { startHostileServer } from './instance/hostile-server.ts';
import { startInstance } from './instance/instance.ts';
import { temporarySite } from './instance/node-hosts.ts';
import { get, visitFromNode } from './instance/node-visitors.ts';
import { HomePage } from './instance/studio.ts';
import { HomeServers } from './instance/studio-home.ts';
import { until, whenTestIsDone } from './instance/until.ts';
import { Visitor } from './instance/visitor.ts';

const openBrowser = browserPool();
const BROWSERS: readonly BrowserName[] = ['chromium', 'firefox'];

describe.each(BROWSERS)('in %s', (browserName) => {
  it('makes a server of a starter; it is renamed, copied, exported, deleted, and comes back from its zip', async () => {
    const instance = await startInstance();
    const downloads = await DownloadFolder.launch(browserName, whenTestIsDone);
    const home = await HomePage.open(downloads.launched, instance);
    const servers = new HomeServers(home);
    await home.tab.shows('None yet.');

    await home.tab.click('button', 'Grocery List');
    await home.tab.until('a name', async () => (await servers.name()) === 'grocery-list');
    await home.tab.shows('Free: your site will be at grocery-list.');
    const server = await servers.opens(() => home.tab.click('button', 'Create PeerServer'));
    expect(server.tab.page.url()).toBe(
      `${instance.origin}/server/grocery-list#${encodeURIComponent('routes/index.ts')}`,
    );
    const visit = await visitFromNode(instance, 'grocery-list');
    expect((await get(visit, '/')).text).toContain('Rye bread');
    await visit.close();

    await home.tab.reload();
    expect(await servers.line('grocery-list')).toMatch(
      /^grocery-listRunning in a tab\d+ files · .*Used just now/,
    );
    await server.close();
    // The list is made when the page is, and the closed tab may go later.
    await home.tab.until('the server to sleep', async () => {
      await home.tab.reload();
      return (await servers.line('grocery-list')).includes('Asleep');
    });

    await servers.choose('grocery-list', 'Rename…');
    await servers.tab.answer('New name', 'groceries');
    await home.tab.shows('grocery-list is now called groceries.');
    await servers.choose('groceries', 'Duplicate…');
    await servers.tab.answer('Name of the copy', 'groceries-copy');
    await home.tab.shows('groceries-copy is a copy of groceries.');
    await home.tab.until('both', async () =>
      (await servers.names()).sort().join().startsWith('groceries,groceries-copy'),
    );

    await servers.choose('groceries', 'Export');
    await home.tab.shows('groceries.zip is among your downloads.');
    const zip = await until('the zip', async () => {
      const bytes = await readFile(join(downloads.path, 'groceries.zip')).catch(() => undefined);
      return bytes?.length ? bytes : undefined;
    });
    await servers.choose('groceries', 'Delete…');
    await home.tab.shows('the key that proves the name is yours are removed');
    await home.tab.click('button', 'Delete server');
    await home.tab.shows('groceries is deleted.');

    await servers.drop('groceries.zip', zip);
    await home.tab.shows('A project: its own code answers requests');
    await home.tab.shows('With its database');
    await servers.tab.answer('Name of the new server', 'groceries-again');
    await home.tab.shows('groceries-again is ready.');
    await servers.opens(() => home.tab.click('link', 'Open groceries-again'));
    const again = await visitFromNode(instance, 'groceries-again');
    expect((await get(again, '/')).text).toContain('Rye bread');
    expect(home.tab.consoleErrors).toEqual([]);
    // Firefox takes long to find accessible names on a page of this size, and many are looked for.
  }, 300_000);
});

it.each(
  BROWSERS,
)('works on when somebody comes back to it from another page, in %s', async (browserName) => {
  const instance = await startInstance();
  const home = await HomePage.open(await openBrowser(browserName, 'host'), instance);
  const servers = new HomeServers(home);
  const { page, launched } = home.tab;
  await home.tab.shows('None yet.');
  await launched.guard(
    page.evaluate(() => {
      addEventListener('pageshow', ({ persisted }) => Reflect.set(window, 'cameBack', persisted));
    }),
  );
  await home.tab.click('link', 'Learn');
  await home.tab.shows('From your first page to a site with a database');
  await launched.guard(page.evaluate(() => history.back()));
  await home.tab.until('the page that was put aside', () =>
    page.evaluate(() => Reflect.get(window, 'cameBack') === true),
  );
  await home.createServer('garden');
  // Also what the list says of it is asked for anew.
  expect(await servers.line('garden')).toContain('files');
  expect(home.tab.consoleErrors).toEqual([]);
});

it('shows that a server is being deleted, and deletes nothing when that is cancelled', async () => {
  const signaling = await startHostileServer();
  const home = await HomePage.open(await openBrowser('chromium', 'host'), signaling.instance);
  const servers = new HomeServers(home);
  await (await home.createServer('garden')).close();
  signaling.meddle({
    fromServer: (message) =>
      message.kind === 'claimed'
        ? { kind: 'refused', code: 'name-taken', message: 'Somebody was quicker.' }
        : message,
  });
  await servers.choose('garden', 'Duplicate…');
  await home.tab.answer('Name of the copy', 'meadow');
  await home.tab.shows('Somebody was quicker.');
  await servers.focuses('Name of the copy');
  await home.tab.click('button', 'Cancel');

  // As with a server that hangs.
  signaling.meddle({ fromClient: () => undefined });
  await servers.choose('garden', 'Delete…');
  await home.tab.click('button', 'Delete server');
  await home.tab.shows('Deleting garden…');
  expect(await home.tab.page.$eval('dialog .danger', (one) => one.matches(':disabled'))).toBe(true);
  expect(await axeFindings(home.tab)).toEqual([]);
  await home.tab.click('button', 'Cancel');
  await home.tab.until('the dialog to be gone', async () => !(await home.tab.page.$('dialog')));

  signaling.meddle({});
  await servers.choose('garden', 'Rename…');
  await home.tab.answer('New name', 'plot');
  await home.tab.shows('garden is now called plot.');
  await home.tab.until('the new line', async () => (await servers.names()).join() === 'plot');
  await servers.focuses('Your servers');
  await servers.choose('plot', 'Delete…');
  await home.tab.click('button', 'Delete server');
  await home.tab.shows('plot is deleted.');
  await home.tab.until('no line', async () => (await servers.names()).length === 0);
  await servers.focuses('Your servers');
  expect(home.tab.consoleErrors).toEqual([]);
});

it('keeps a filter that has become needless, and the keyboard’s place', async () => {
  const instance = await startInstance();
  const home = await HomePage.open(await openBrowser('chromium', 'host'), instance);
  const servers = new HomeServers(home);
  const zip = zipSync({ 'index.html': strToU8('<h1>Bed</h1>') });
  await home.tab.shows('None yet.');
  for (let bed = 0; bed < 10; bed += 1) {
    await servers.drop('bed.zip', zip);
    await home.tab.answer('Name of the new server', `bed-${bed}`);
    await home.tab.shows(`bed-${bed} is ready.`);
  }
  const filter = await home.tab.find('searchbox', 'Filter servers');
  await home.tab.launched.guard(filter.type('bed-7'));
  await home.tab.until('one line', async () => (await servers.names()).join() === 'bed-7');
  await servers.choose('bed-7', 'Delete…');
  await home.tab.click('button', 'Delete server');
  await home.tab.shows('No server has “bed-7” in its name.');
  const again = await home.tab.find('searchbox', 'Filter servers');
  await servers.focuses('Your servers');
  await home.tab.launched.guard(again.click({ count: 3 }));
  await home.tab.launched.guard(home.tab.page.keyboard.press('Backspace'));
  await home.tab.until('the others', async () => (await servers.names()).length === 9);

  // A browser that does not want to, and one that cannot be asked.
  for (const answer of ['no', 'failure'] as const) {
    await home.tab.reload();
    await home.tab.page.evaluate((kind) => {
      const persist = async () => (kind === 'no' ? false : Promise.reject(new Error(kind)));
      Object.defineProperties(navigator.storage, {
        persist: { value: persist },
        persisted: { value: async () => false },
      });
    }, answer);
    // By keyboard: the page may still be growing under a mouse.
    await servers.line('bed-9');
    const ask = await home.tab.find('button', 'Ask the browser to keep it');
    await home.tab.launched.guard(ask.press('Enter'));
    await home.tab.shows('The browser did not agree.');
  }
  expect(home.tab.consoleErrors).toEqual([]);
});

it('takes a name and a starter by keyboard alone', async () => {
  const instance = await startInstance();
  const home = await HomePage.open(await openBrowser('chromium', 'host'), instance);
  const servers = new HomeServers(home);
  const { page, launched } = home.tab;
  await home.typeName('garden');
  await launched.guard(page.keyboard.press('Enter'));
  await home.tab.shows('What shall garden start from?');
  await home.tab.until('the focus to be at the question', () =>
    page.evaluate(() => document.activeElement?.id === 'gallery-title'),
  );
  await launched.guard(page.keyboard.press('Tab'));
  const server = await servers.opens(() => launched.guard(page.keyboard.press('Enter')));
  expect(server.tab.page.url()).toBe(
    `${instance.origin}/server/garden#${encodeURIComponent('public/index.html')}`,
  );

  // The menu of the server, too.
  await home.tab.reload();
  const more = await home.tab.find('button', 'More for garden');
  await launched.guard(more.focus());
  await launched.guard(page.keyboard.press('Enter'));
  await home.tab.find('menuitem', 'Rename…');
  await launched.guard(page.keyboard.press('ArrowUp'));
  await launched.guard(page.keyboard.press('Enter'));
  await home.tab.shows('Delete garden?');
  await launched.guard(page.keyboard.press('Escape'));
  await home.tab.until('the dialog to be gone', async () => (await page.$('dialog')) === null);
  expect(await servers.names()).toEqual(['garden']);
});

it('makes a server of a folder from the disk, and says why it cannot of something else', async () => {
  const instance = await startInstance();
  const home = await HomePage.open(await openBrowser('chromium', 'host'), instance);
  const servers = new HomeServers(home);
  const folder = await temporarySite({
    'index.html': '<h1>Brought</h1>',
    'deep/er/leaf.txt': 'leaf',
    'deep/.DS_Store': 'litter',
    // An app, as bundlers build it.
    '200.html':
      '<h1></h1><script>document.querySelector("h1").textContent = "App at " + location.pathname</script>',
  });
  await dropFromDisk(home.tab, [folder]);
  await home.tab.shows('3 files, ');
  await home.tab.shows('A static site: every file is served as it is');
  await home.tab.shows('Left out: deep/.DS_Store');
  expect(await axeFindings(home.tab)).toEqual([]);
  await home.tab.click('button', 'Cancel');

  await servers.drop('broken.zip', new TextEncoder().encode('this is no zip'));
  await home.tab.shows('This cannot become a server');
  await home.tab.shows('This is no zip archive');
  await home.tab.click('button', 'Close');

  await dropFromDisk(home.tab, [folder]);
  await servers.tab.answer('Name of the new server', 'Brought!');
  await home.tab.shows('Use only the letters a to z, digits and hyphens.');
  await servers.tab.answer('Name of the new server', 'brought');
  await home.tab.shows('brought is ready.');
  await home.tab.until('the focus on the way to it', () =>
    home.tab.page.evaluate(() => document.activeElement?.textContent === 'Open brought'),
  );
  await servers.opens(() => home.tab.click('link', 'Open brought'));
  const visit = await visitFromNode(instance, 'brought');
  expect((await get(visit, '/')).text).toBe('<h1>Brought</h1>');
  expect((await get(visit, '/user/7')).status).toBe(404);
  const friend = await Visitor.open(home.tab.launched, instance.siteUrl('brought', '/user/7'));
  await friend.sees('App at /user/7');
  await friend.tab.reload();
  await friend.sees('App at /user/7');
  expect(home.tab.consoleErrors).toEqual([]);
});

it('has nothing that axe objects to, in any state', async () => {
  const instance = await startInstance();
  const home = await HomePage.open(await openBrowser('chromium', 'host'), instance);
  const servers = new HomeServers(home);
  await home.tab.shows('None yet.');
  expect(await axeFindings(home.tab)).toEqual([]);
  await home.typeName('A b!');
  await home.pressCreate();
  await home.seesNameRefused('Use only');
  expect(await axeFindings(home.tab)).toEqual([]);
  await (await home.createServer('garden')).close();
  await home.tab.reload();
  await servers.line('garden');
  expect(await axeFindings(home.tab)).toEqual([]);
  await home.tab.click('button', 'More for garden');
  await home.tab.find('menuitem', 'Rename…');
  expect(await axeFindings(home.tab)).toEqual([]);
  await home.tab.click('menuitem', 'Rename…');
  await home.tab.find('textbox', 'New name');
  expect(await axeFindings(home.tab)).toEqual([]);
});
