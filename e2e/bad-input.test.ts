/** What goes wrong with what people bring, and with the browser's storage: nothing is lost, and it is said. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type MadeEntry, makeZip } from '../src/host/archive/testing/make-zip.ts';
import type { BrowserName } from './browsers/launch.ts';
import { DownloadFolder } from './fixtures/download-folder.ts';
import { dropMadeFiles } from './fixtures/drop-files.ts';
import { openTabProject, serverOfFiles } from './fixtures/tab-project.ts';
import { browserPool } from './instance/browsers.ts';
import { startInstance } from './instance/instance.ts';
import { get, visitFromNode } from './instance/node-visitors.ts';
import { HomePage, ServerTab } from './instance/studio.ts';
import { HomeServers } from './instance/studio-home.ts';
import type { Tab } from './instance/tab.ts';
import { until, whenTestIsDone } from './instance/until.ts';

const openBrowser = browserPool();
const BROWSERS: readonly BrowserName[] = ['chromium', 'firefox'];

const PAGE: MadeEntry = { name: 'index.html', content: '<h1>Hello</h1>' };
const ODD_NAMES = [
  'a b.txt',
  '#100%?&=+.txt',
  '%41.txt',
  '🌻/🐝 & 🍯.txt',
  'README',
  'readme',
  'ünï.txt',
  `${'x'.repeat(251)}.txt`,
  '__proto__.txt',
  'it\'s "quoted" <b>.txt',
];

/** An empty zip's end would do; this one says of itself that it holds 80 MiB in 80 KiB. */
const BOMB = makeZip([{ name: 'bomb.txt', content: new Uint8Array(80 * 1024 * 1024) }]);

async function bytesOf(zip: Blob): Promise<Uint8Array> {
  return new Uint8Array(await zip.arrayBuffer());
}

/** Everything that this origin keeps of sites, as paths. */
function storedFiles(tab: Tab): Promise<string[]> {
  return tab.launched.guard(
    tab.page.evaluate(async () => {
      const found: string[] = [];
      const walk = async (folder: FileSystemDirectoryHandle, path: string): Promise<void> => {
        for await (const [name, handle] of folder.entries()) {
          if (handle.kind === 'file') found.push(path + name);
          else await walk(handle as FileSystemDirectoryHandle, `${path}${name}/`);
        }
      };
      await walk(await navigator.storage.getDirectory(), '');
      return found;
    }),
  );
}

/**
 * Lets the page's origin store so many bytes more than it has, until the returned function is called; the
 * browser forgets it when whoever asked for it goes. With 0 nothing has room: what the origin has is only
 * estimated, and some of it may be given back meanwhile.
 */
async function leaveRoom({ page, launched }: Tab, bytes: number): Promise<() => Promise<void>> {
  const session = await launched.guard(page.createCDPSession());
  const used = await launched.guard(
    page.evaluate(async () => (await navigator.storage.estimate()).usage ?? 0),
  );
  const { origin } = new URL(page.url());
  const quotaSize = bytes === 0 ? 1 : used + bytes;
  await launched.guard(session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize }));
  return () => launched.guard(session.detach());
}

/**
 * Answers a dialog with Enter in its field, or with its red button. By selectors: in Firefox 140 the names of a
 * dialog that soon follows another are not found.
 */
async function confirmDialog(tab: Tab, name?: string): Promise<void> {
  const { launched, page } = tab;
  const wanted = name === undefined ? 'dialog .button.danger' : 'dialog input';
  const element = await tab.until(wanted, async () => (await page.$(wanted)) ?? undefined);
  await launched.guard(page.bringToFront());
  if (name === undefined) return launched.guard(element.click());
  await launched.guard(element.evaluate((field) => (field as HTMLInputElement).select()));
  await launched.guard(element.type(name));
  await launched.guard(page.keyboard.press('Enter'));
}

/** Closes the dialog by keyboard. */
async function dismiss(tab: Tab): Promise<void> {
  await tab.launched.guard(tab.page.bringToFront());
  await tab.launched.guard(tab.page.keyboard.press('Escape'));
  await tab.until('the dialog to be gone', async () => (await tab.page.$('dialog')) === null);
}

/** Chooses a zip in the server's menu and confirms that it takes the place of everything. */
async function importZip({ tab }: ServerTab, name: string, zip: Blob): Promise<void> {
  await tab.launched.guard(
    tab.page.$eval(
      'input[aria-label="Zip to import"]',
      (input, file, content) => {
        const transfer = new DataTransfer();
        const chosen = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
        transfer.items.add(new File([chosen], file));
        (input as HTMLInputElement).files = transfer.files;
        input.dispatchEvent(new Event('change', { bubbles: true }));
      },
      name,
      Buffer.from(await bytesOf(zip)).toString('base64'),
    ),
  );
  await confirmDialog(tab);
}

describe.each(BROWSERS)('in %s', (browserName) => {
  it('keeps file names of every kind, for visitors and through a zip; two tabs share no server', async () => {
    const instance = await startInstance();
    const downloads = await DownloadFolder.launch(browserName, whenTestIsDone);
    const home = await HomePage.open(downloads.launched, instance);
    const servers = new HomeServers(home);
    const seesAll = async (site: string): Promise<void> => {
      const visit = await visitFromNode(instance, site);
      for (const name of ODD_NAMES) {
        const path = name.split('/').map(encodeURIComponent).join('/');
        expect(await get(visit, `/${path}`)).toMatchObject({ status: 200, text: name });
      }
      await visit.close();
    };
    const files = Object.fromEntries(ODD_NAMES.map((name) => [name, name]));
    const server = await serverOfFiles(home, 'odd', { 'index.html': 'Odd', ...files });
    await seesAll('odd');

    // Exported while the tab runs it, which goes on.
    await home.tab.reload();
    await servers.choose('odd', 'Export');
    await home.tab.shows('odd.zip is among your downloads.');
    const zip = await until('the zip', async () => {
      const bytes = await readFile(join(downloads.path, 'odd.zip')).catch(() => undefined);
      return bytes?.length ? bytes : undefined;
    });
    expect(await server.connection()).toBe('Online');
    await servers.drop('odd.zip', zip);
    await servers.tab.answer('Name of the new server', 'odd-again');
    await home.tab.shows('odd-again is ready.');
    await servers.opens(() => home.tab.click('link', 'Open odd-again'));
    await seesAll('odd-again');

    // The later of two tabs has the server, and the earlier says so.
    const second = await ServerTab.open(downloads.launched, instance, 'odd');
    await second.isOnline();
    await server.tab.shows('This server now runs in another tab.');
    await seesAll('odd');
    await servers.choose('odd', 'Delete…');
    await home.tab.click('button', 'Delete server');
    await home.tab.shows('odd is deleted.');
  });

  it('makes no server of a bad zip and says why; an import of one changes nothing', async () => {
    const instance = await startInstance();
    const home = await HomePage.open(await openBrowser(browserName, 'host'), instance);
    const servers = new HomeServers(home);
    await home.tab.shows('None yet.');
    const bad: [string, Blob, string][] = [
      ['bomb.zip', BOMB, 'may be meant to fill your disk'],
      ['path.zip', makeZip([PAGE, { name: '../../evil.html' }]), 'outside of the site'],
      ['link.zip', makeZip([PAGE, { name: 'a', mode: 0o120777 }]), 'points to another one'],
      ['half.zip', makeZip([PAGE]).slice(0, 60), 'its end is missing'],
    ];
    for (const [name, zip, message] of bad) {
      await servers.drop(name, await bytesOf(zip));
      await home.tab.shows(message);
      await dismiss(home.tab);
    }
    // These are seen only while they are unpacked.
    const later: [string, Blob, string][] = [
      ['liar.zip', makeZip([{ ...PAGE, size: 5 }]), 'is not as long as its list says'],
      [
        'database.zip',
        makeZip([
          PAGE,
          { name: '.peerserver/database.sqlite', content: 'SQLite format 3\0'.repeat(99) },
        ]),
        'This database is damaged',
      ],
    ];
    for (const [name, zip, message] of later) {
      await servers.drop(name, await bytesOf(zip));
      await confirmDialog(home.tab, 'bad');
      await home.tab.shows(message);
      await dismiss(home.tab);
    }
    expect(await storedFiles(home.tab)).toEqual([]);

    await home.tab.reload();
    const server = await serverOfFiles(home, 'good', { 'index.html': 'Good', 'b.txt': 'b' });
    const visit = await visitFromNode(instance, 'good');
    const before = await storedFiles(home.tab);
    for (const [name, zip, message] of [...bad, ...later]) {
      await importZip(server, name, zip);
      await server.tab.shows(message);
      await dismiss(server.tab);
    }
    // To look at a database the site's own is opened, and is empty then.
    const after = await storedFiles(home.tab);
    expect(after.filter((path) => !path.includes('/database/'))).toEqual(before);
    expect((await get(visit, '/')).text).toBe('Good');
    await importZip(server, 'hello.zip', makeZip([PAGE]));
    await server.tab.shows('hello.zip is imported and live.');
    expect((await get(visit, '/')).text).toBe('<h1>Hello</h1>');
    expect((await get(visit, '/b.txt')).status).toBe(404);
  });
});

it('says that there is no room when a site or a file is too large, and leaves nothing behind', async () => {
  const instance = await startInstance();
  const home = await HomePage.open(await openBrowser('chromium', 'quota'), instance);
  const servers = new HomeServers(home);
  const server = await serverOfFiles(home, 'garden', { 'index.html': 'Garden' });
  const before = await storedFiles(home.tab);
  const large = 'large '.repeat(1_000_000);
  const freeRoom = await leaveRoom(home.tab, 2_000_000);
  await servers.drop(
    'large.zip',
    await bytesOf(makeZip([PAGE, { name: 'large.txt', content: large }])),
  );
  await servers.tab.answer('Name of the new server', 'large');
  await home.tab.shows('This browser has no room left for the site');
  await dismiss(home.tab);
  expect(await storedFiles(home.tab)).toEqual(before);

  await server.tab.launched.guard(server.tab.page.bringToFront());
  await dropMadeFiles(server.tab, { 'large.txt': large });
  await server.tab.shows('This browser has no room left for the site');
  expect(await storedFiles(home.tab)).toEqual(before);
  await freeRoom();
  await dropMadeFiles(server.tab, { 'large.txt': large });
  const visit = await visitFromNode(instance, 'garden');
  await until('the file to be live', async () => {
    const { status, text } = await get(visit, '/large.txt');
    return status === 200 && text === large;
  });
});

it('keeps what is typed when there is no room, and saves it when there is', async () => {
  const instance = await startInstance();
  const home = await HomePage.open(await openBrowser('chromium', 'quota'), instance);
  const server = await serverOfFiles(home, 'garden', { 'index.html': 'Old words' });
  const visit = await visitFromNode(instance, 'garden');
  await server.openFile('index.html');
  const freeRoom = await leaveRoom(home.tab, 0);
  await server.retype('New words');
  await server.pressSave();
  await server.showsSaved('Not saved. This browser has no room left');
  expect(await server.editorText()).toContain('New words');
  expect((await get(visit, '/')).text).toBe('Old words');
  await freeRoom();
  await server.save();
  expect((await get(visit, '/')).text).toBe('New words');
  await server.reload();
  await server.openFile('index.html');
  expect(await server.editorText()).toContain('New words');
});

it('tells the code that there may be no room for its rows, keeps those that it confirmed, and goes on when there is', async () => {
  const project = await openTabProject(await openBrowser('chromium', 'quota'), {
    'migrations/0001.sql': 'CREATE TABLE kept (content BLOB);',
    'routes/add.ts': `export async function GET({ sql }) {
      await sql\`INSERT INTO kept VALUES (\${new Uint8Array(1_000_000)})\`;
      return 'added';
    }`,
    'routes/kept.ts': `export const GET = async ({ db }) => db.batch([
      db.prepare('SELECT count(*) AS rows FROM kept'), db.prepare('PRAGMA integrity_check'),
    ]).then((answers) => answers.map(({ results }) => Object.values(results[0])).join());`,
  });
  const { tab } = project.server;
  const added = async (): Promise<boolean> => (await project.get('/add')).status === 200;
  expect(await added()).toBe(true);
  const freeRoom = await leaveRoom(tab, 10_000_000);
  let count = 1;
  while (await added()) count += 1;
  expect(count).toBeLessThan(12);
  await project.logged('disk I/O error', 'There may be no room left.');
  expect((await project.get('/kept')).text).toBe(`${count},ok`);
  await freeRoom();
  expect(await added()).toBe(true);
  expect((await project.get('/kept')).text).toBe(`${count + 1},ok`);
});

it('says what happened when the storage is cleared while the site runs, and does not pretend to save', async () => {
  const instance = await startInstance();
  const home = await HomePage.open(await openBrowser('chromium', 'cleared'), instance);
  const server = await serverOfFiles(home, 'garden', { 'index.html': 'Old words' });
  await server.openFile('index.html');
  const session = await home.tab.launched.guard(home.tab.page.createCDPSession());
  await home.tab.launched.guard(
    session.send('Storage.clearDataForOrigin', { origin: instance.origin, storageTypes: 'all' }),
  );
  await server.retype('New words');
  await server.pressSave();
  await server.showsSaved('Not saved.');
  expect(await server.tab.text()).toContain('was cleared');
  expect(await server.editorText()).toContain('New words');
  await home.tab.reload();
  await home.tab.shows('None yet.');
});
