/** What is left of servers that are none: it goes, and nothing else does. */
import { expect, test, vi } from 'vitest';
import { ManualClock } from '../../protocol/testing/manual-clock.ts';
import { createServerIn } from './create-server.ts';
import { deleteServerIn } from './delete-server.ts';
import { duplicateServerIn } from './duplicate-server.ts';
import { renameServerIn } from './rename-server.ts';
import { siteDirectory } from './site-directories.ts';
import {
  type Browser,
  browserWithGarden,
  contentOf,
  exported,
  GARDEN,
  nameOf,
  never,
} from './testing/garden-servers.ts';
import { memoryBrowser, siteOf } from './testing/memory-browser.ts';
import { removeUnownedFolders } from './unowned-folders.ts';

/** What removing files throws while somebody has them open. */
const TAKEN = 'NoModificationAllowedError';

const deleteIn = ({ environment, options }: Browser, name: string, clock = environment.clock) =>
  deleteServerIn({ ...environment, clock }, name, { ...options(''), signal: never() });

/** Folders with a file in them, as a tab leaves them that is closed while it makes a server. */
async function leave({ environment }: Browser, ...folders: string[]): Promise<void> {
  for (const folder of folders) {
    const directory = await siteDirectory(environment.root, folder);
    const file = await directory.getFileHandle('left', { create: true });
    await (await file.createWritable()).close();
  }
}

test('files that another page still has open are waited for when a server is deleted', async () => {
  const browser = await browserWithGarden();
  const { disk } = browser.environment;
  const clock = new ManualClock();
  let tries = 0;
  disk.failAt = (operation) => {
    if (operation !== 'remove peerserver-sites/garden') return false;
    tries += 1;
    return tries < 3 && TAKEN;
  };
  const deleted = deleteIn(browser, 'garden', clock);
  await expect.poll(() => tries).toBe(1);
  clock.advance(20);
  await expect.poll(() => tries).toBe(2);
  clock.advance(50);
  await deleted;
  expect(disk.files()).toEqual([]);
});

test('a deleted server whose files cannot be removed is told to be deleted; they go later', async () => {
  const browser = await browserWithGarden();
  await browser.create('meadow', siteOf({ a: '1' }));
  const { disk, registry } = browser.environment;
  disk.failAt = (operation) => operation === 'remove peerserver-sites/garden';
  await expect(deleteIn(browser, 'garden')).rejects.toThrow(/^“garden” is deleted, but its files/);
  expect(await registry.list()).toMatchObject([{ name: 'meadow' }]);
  await removeUnownedFolders(browser.environment);
  expect(disk.files().some((path) => path.includes('garden'))).toBe(true);
  disk.failAt = () => false;
  await removeUnownedFolders(browser.environment);
  expect(disk.files().some((path) => path.includes('garden'))).toBe(false);
});

test('what a tab left that was closed while it made a server goes, and nothing else', async () => {
  const browser = await browserWithGarden();
  const { environment, options } = browser;
  await renameServerIn(environment, 'garden', options('meadow'));
  await browser.create('garden', siteOf({ 'index.html': 'another garden' }));
  const kept = environment.disk.files();
  const notOurs = ['.trash', 'www', 'Notes', 'garden~x', 'garden~2~2', 'xn--abc'];
  await leave(browser, ...notOurs, 'orchard', 'orchard~2', 'garden~3');
  const elsewhere = await environment.disk.root().getDirectoryHandle('other', { create: true });
  await elsewhere.getFileHandle('orchard', { create: true });
  await environment.registry.pendingKeyPair(nameOf('orchard'));
  await removeUnownedFolders(environment);
  const left = environment.disk.files().filter((path) => !kept.includes(path));
  const ours = notOurs.map((folder) => `peerserver-sites/${folder}/left`);
  expect(left).toEqual([...ours, 'other/orchard'].sort());
  expect(await contentOf(browser, 'meadow', 'garden')).toMatchObject({ files: GARDEN });
  const { server } = await browser.open('garden');
  expect(await server.store.readText('index.html')).toBe('another garden');
  await server.close();
});

test('what the first of all servers left goes, too, but not when the whole list is gone', async () => {
  const browser = memoryBrowser();
  const { environment } = browser;
  await leave(browser, 'garden');
  await removeUnownedFolders(environment);
  expect(environment.disk.files()).toEqual(['peerserver-sites/garden/left']);
  await environment.registry.pendingKeyPair(nameOf('garden'));
  await removeUnownedFolders(environment);
  expect(environment.disk.files()).toEqual([]);
});

test('nothing is taken from a server that is made, copied, renamed, imported into or deleted', async () => {
  const browser = await browserWithGarden();
  const { environment, options } = browser;
  const archive = await exported(browser, 'garden');
  const sweeps: Promise<void>[] = [];
  // Before every change of the disk, and so in the middle of everything.
  environment.disk.failAt = () => {
    sweeps.push(removeUnownedFolders(environment));
    return false;
  };
  await Promise.all([
    duplicateServerIn(environment, 'garden', options('meadow')),
    createServerIn(environment, { ...options('orchard'), content: { kind: 'archive', archive } }),
    browser.create('field', siteOf({ a: '1' })),
  ]);
  await renameServerIn(environment, 'garden', options('park'));
  await browser.create('garden', siteOf({ a: '1' }));
  const { server } = await browser.open('garden');
  await server.importArchive(archive, { signal: never() });
  await server.close();
  await deleteIn(browser, 'field');
  await Promise.all(sweeps);
  expect(sweeps.length).toBeGreaterThan(50);
  const folders = { meadow: 'meadow', orchard: 'orchard', park: 'garden', garden: 'garden~2' };
  for (const [name, folder] of Object.entries(folders)) {
    expect(await contentOf(browser, name, folder)).toEqual({ files: GARDEN, database: 'roses' });
  }
});

test('nothing is taken from a server that comes into the list while folders are looked at', async () => {
  const browser = await browserWithGarden();
  const { environment } = browser;
  // As it was before the server came in.
  vi.spyOn(environment.registry, 'folders').mockResolvedValueOnce(new Set(['meadow']));
  await removeUnownedFolders(environment);
  expect(await contentOf(browser, 'garden')).toEqual({ files: GARDEN, database: 'roses' });
});

test('a server made in the folder of one that is being deleted is not deleted with it', async () => {
  const browser = await browserWithGarden();
  const { environment, options } = browser;
  await renameServerIn(environment, 'garden', options('meadow'));
  const clock = new ManualClock();
  let tries = 0;
  environment.disk.failAt = (operation) => {
    if (operation !== 'remove peerserver-sites/garden') return false;
    tries += 1;
    return tries === 1 && TAKEN;
  };
  const deleted = deleteIn(browser, 'meadow', clock);
  await expect.poll(() => tries).toBe(1);
  const created = browser.create('garden', siteOf({ a: '1' }));
  await expect.poll(() => browser.asked.at(-1)).toBe('claim garden');
  await new Promise((resolve) => setImmediate(resolve));
  clock.advance(20);
  await Promise.all([deleted, created]);
  const { server } = await browser.open('garden');
  expect(await server.store.readText('a')).toBe('1');
  await server.close();
});
