/** Servers as wholes: described, and with archives imported into them. */
import { expect, test } from 'vitest';
import { makeZip } from '../archive/testing/make-zip.ts';
import { emptyDatabaseFile } from '../database/empty-database-file.ts';
import { describeServerIn } from './describe-server.ts';
import { duplicateServerIn } from './duplicate-server.ts';
import { exportServerIn } from './export-server.ts';
import type { Progress } from './public-api.ts';
import { renameServerIn } from './rename-server.ts';
import {
  browserWithGarden,
  contentOf,
  databaseOf,
  databaseWith,
  exported,
  filesIn,
  GARDEN,
  never,
  textIn,
} from './testing/garden-servers.ts';
import { memoryBrowser, siteOf } from './testing/memory-browser.ts';

test('a description tells size, files and whether a tab runs it', async () => {
  const browser = memoryBrowser();
  const { environment } = browser;
  await browser.create('garden', siteOf({ 'a.txt': 'Hello', 'b.txt': 'Hello', 'c.txt': '123' }));
  expect(await describeServerIn(environment, 'garden', never())).toEqual({
    bytes: 8,
    files: 3,
    running: false,
  });
  const { server } = await browser.open('garden');
  await server.store.write('a.txt', 'a draft');
  await (await databaseOf(browser, 'garden')).restore(emptyDatabaseFile(), never());
  expect(await describeServerIn(environment, 'garden', never())).toEqual({
    bytes: 15 + emptyDatabaseFile().length,
    files: 3,
    running: true,
  });
  await server.close();
  expect((await describeServerIn(environment, 'garden', never())).running).toBe(false);
});

test.each([
  'export',
  'duplicate',
  'rename',
  'describe',
])('there is nothing to %s of a server that this browser does not have', async (what) => {
  const { environment, options } = memoryBrowser();
  const calls = {
    export: () => exportServerIn(environment, 'garden', { signal: never() }),
    duplicate: () => duplicateServerIn(environment, 'garden', options('meadow')),
    rename: () => renameServerIn(environment, 'garden', options('meadow')),
    describe: () => describeServerIn(environment, 'garden', never()),
  };
  const call = calls[what as keyof typeof calls];
  await expect(call()).rejects.toMatchObject({ code: 'no-such-site' });
  expect(environment.disk.files()).toEqual([]);
});

test('an imported archive replaces everything, and the tab goes on with it', async () => {
  const browser = await browserWithGarden();
  const archive = await exported(browser, 'garden');
  await browser.create('meadow', siteOf({ 'index.html': 'meadow', 'hay.txt': 'hay' }));
  const { server, events } = await browser.open('meadow');
  const changes: string[][] = [];
  server.store.subscribe(({ live }) => changes.push([...live].sort()));
  const told: Progress[] = [];
  await server.importArchive(archive, { signal: never(), onProgress: (each) => told.push(each) });
  expect(await filesIn(server)).toEqual(GARDEN);
  expect(await textIn(await server.backupDatabase(never()))).toBe('roses');
  expect(changes).toEqual([['a b/🌻.txt', 'hay.txt', 'index.html', 'old.html']]);
  expect(told.at(-1)).toEqual({ done: 12, total: 12 });
  expect(await server.store.undo()).toBe(false);
  expect(events.all.some(({ kind }) => kind === 'ended')).toBe(false);
  await server.close();
  expect(await contentOf(browser, 'meadow')).toEqual({ files: GARDEN, database: 'roses' });
});

test('an imported archive without a database leaves an empty one', async () => {
  const browser = await browserWithGarden();
  const { server } = await browser.open('garden');
  const archive = makeZip([{ name: 'index.html', content: 'Hello' }]);
  await server.importArchive(archive, { signal: never() });
  expect(server.store.list().map(({ path, status }) => `${path} ${status}`)).toEqual([
    'index.html live',
  ]);
  expect(await textIn(await server.backupDatabase(never()))).toBe('');
  await server.close();
});

test('a site without a database gets none by an archive without one', async () => {
  const browser = memoryBrowser();
  await browser.create('garden', siteOf({ a: '1' }));
  const { server } = await browser.open('garden');
  await server.importArchive(makeZip([{ name: 'b', content: '2' }]), { signal: never() });
  expect(server.store.list().map(({ path }) => path)).toEqual(['b']);
  expect(browser.environment.disk.files().filter((path) => path.includes('database'))).toEqual([]);
  await server.close();
});

test.each([
  ['is damaged', [{ name: 'index.html' }, { name: 'b', content: 'x', crc: 7 }], 'bad-input'],
  ['leads out of the site', [{ name: '../x' }], 'bad-input'],
  [
    'has a broken database',
    [{ name: 'a' }, { name: '.peerserver/database.sqlite', content: 'x'.repeat(900) }],
    'bad-input',
  ],
  [
    'has drafts that clash with its files',
    [
      { name: 'a/b' },
      {
        name: '.peerserver/site.json',
        content: `{"format":1,"name":"a","exportedAt":"2026-01-01","removedFromDraft":[]}`,
      },
      { name: '.peerserver/draft/a' },
    ],
    'bad-input',
  ],
  [
    'does not fit',
    [{ name: 'a', content: new Uint8Array(200_000).fill(7), method: 0 }],
    'storage-failed',
  ],
])('an archive that %s changes nothing', async (_, entries, code) => {
  const browser = await browserWithGarden();
  const { server } = await browser.open('garden');
  const { disk } = browser.environment;
  disk.quota = disk.usedBytes + 100_000;
  const before = disk.files();
  const imported = server.importArchive(makeZip(entries), { signal: never() });
  await expect(imported).rejects.toMatchObject({ code });
  expect(await filesIn(server)).toEqual(GARDEN);
  expect(await textIn(await server.backupDatabase(never()))).toBe('roses');
  expect(disk.files()).toEqual(before);
  await server.close();
});

test('an import that is given up changes nothing', async () => {
  const browser = await browserWithGarden();
  const { server } = await browser.open('garden');
  const before = browser.environment.disk.files();
  const abort = new AbortController();
  const archive = makeZip([{ name: 'a' }, { name: 'b', content: 'x' }]);
  const given = server.importArchive(archive, {
    signal: abort.signal,
    onProgress: ({ done }) => done > 0 && abort.abort(),
  });
  await expect(given).rejects.toMatchObject({ code: 'cancelled' });
  expect(await filesIn(server)).toEqual(GARDEN);
  expect(browser.environment.disk.files()).toEqual(before);
  await server.close();
});

test('a server that another tab takes over in the middle of an import stays as it was', async () => {
  const browser = await browserWithGarden();
  await browser.create('meadow', siteOf({ 'index.html': 'meadow' }));
  await (await databaseOf(browser, 'meadow')).restore(databaseWith('hay'), never());
  const archive = await exported(browser, 'meadow');
  const { server, events } = await browser.open('garden');
  let taking: ReturnType<typeof browser.open> | undefined;
  browser.environment.restoring = async () => {
    if (taking) return;
    taking = browser.open('garden');
    await events.until('taken-over');
  };
  await expect(server.importArchive(archive, { signal: never() })).rejects.toThrow(/Another tab/);
  await (await taking)?.server.close();
  expect(await contentOf(browser, 'garden')).toEqual({ files: GARDEN, database: 'roses' });
});

test('when the files cannot be replaced the old database comes back', async () => {
  const browser = await browserWithGarden();
  const archive = await exported(browser, 'garden');
  await browser.create('meadow', siteOf({ 'index.html': 'meadow' }));
  await (await databaseOf(browser, 'meadow')).restore(databaseWith('hay'), never());
  const { server } = await browser.open('meadow');
  const { disk } = browser.environment;
  const list = 'peerserver-sites/meadow/index-';
  disk.failAt = (operation) => operation.startsWith(`close ${list}`);
  await expect(server.importArchive(archive, { signal: never() })).rejects.toMatchObject({
    code: 'storage-failed',
  });
  expect(server.store.list().map(({ path }) => path)).toEqual(['index.html']);
  expect(await textIn(await server.backupDatabase(never()))).toBe('hay');
  await server.close();
});
