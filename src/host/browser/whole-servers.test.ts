/** Servers as wholes: made of archives, exported, imported, duplicated, renamed, described. */
import { afterEach, expect, test, vi } from 'vitest';
import { readSiteArchive } from '../archive/site-archive.ts';
import { makeZip } from '../archive/testing/make-zip.ts';
import { createServerIn } from './create-server.ts';
import { deleteServerIn } from './delete-server.ts';
import { duplicateServerIn } from './duplicate-server.ts';
import { exportServerIn } from './export-server.ts';
import type { Progress } from './public-api.ts';
import { renameServerIn } from './rename-server.ts';
import {
  type Browser,
  browserWithGarden,
  contentOf,
  databaseWith,
  exported,
  GARDEN,
  nameOf,
  never,
  textIn,
} from './testing/garden-servers.ts';
import { memoryBrowser, siteOf } from './testing/memory-browser.ts';

afterEach(() => vi.restoreAllMocks());

test('an exported server comes back under another name with drafts and database', async () => {
  const browser = await browserWithGarden();
  const archive = await exported(browser, 'garden');
  const told: Progress[] = [];
  const { environment, options } = browser;
  const created = await createServerIn(environment, {
    ...options('meadow'),
    content: { kind: 'archive', archive },
    onProgress: (progress) => told.push(progress),
  });
  expect(created).toMatchObject({ kind: 'created', server: { name: 'meadow' } });
  expect(await contentOf(browser, 'meadow')).toEqual({ files: GARDEN, database: 'roses' });
  expect(told[0]).toEqual({ done: 0, total: 12 });
  expect(told.at(-1)).toEqual({ done: 12, total: 12 });
  // What it was made of is as it was.
  expect(await contentOf(browser, 'garden')).toEqual({ files: GARDEN, database: 'roses' });
});

test('a tab that runs a server is not disturbed by an export, and gives its database', async () => {
  const browser = await browserWithGarden();
  const { server, events } = await browser.open('garden');
  // A real one is open in its tab only.
  const openDatabase = () => Promise.reject(new Error('It is open already.'));
  server.backupDatabase = async () => databaseWith('from the tab');
  const environment = { ...browser.environment, openDatabase };
  const archive = await exported({ ...browser, environment }, 'garden');
  expect(events.all.some(({ kind }) => kind === 'taken-over')).toBe(false);
  const database = await (await readSiteArchive(archive)).database();
  expect(await textIn(new Uint8Array((await database?.arrayBuffer()) ?? []))).toBe('from the tab');
  await server.store.write('index.html', 'still mine');
  await server.close();
});

test('an export has the files of its beginning, whatever is saved and removed meanwhile', async () => {
  const browser = await browserWithGarden();
  const stream = await exportServerIn(browser.environment, 'garden', { signal: never() });
  const { server } = await browser.open('garden');
  const kept = browser.environment.disk.files();
  for (const { path } of server.store.list()) await server.store.write(path, `${path} anew`);
  await server.store.publish();
  await server.store.write('a', '1');
  await server.store.write('a', '2');
  const archive = await new Response(stream).blob();
  expect(browser.environment.disk.files()).toEqual(expect.arrayContaining(kept));
  await server.close();
  await browser.create('meadow', { kind: 'archive', archive });
  expect(await contentOf(browser, 'meadow')).toEqual({ files: GARDEN, database: 'roses' });
  // Nothing keeps what is not needed any more.
  const again = await browser.open('garden');
  for (let times = 0; times < 60; times += 1) await again.server.store.write('a', `${times}`);
  const left = kept.filter((path) => !browser.environment.disk.files().includes(path));
  expect(left.length).toBeGreaterThan(0);
  await again.server.close();
});

test('waiting for a tab that does not answer can be given up', async () => {
  const browser = await browserWithGarden();
  let free = () => {};
  const held = browser.environment.locks.locks.request(
    'peerserver-site-garden',
    () => new Promise<void>((resolve) => (free = resolve)),
  );
  const abort = new AbortController();
  const gaveUp = expect(
    exportServerIn(browser.environment, 'garden', { signal: abort.signal }),
  ).rejects.toMatchObject({ code: 'cancelled' });
  abort.abort();
  await gaveUp;
  free();
  await held;
});

test.each([
  ['damaged', async () => await damagedZip()],
  ['hostile', async () => makeZip([{ name: 'index.html' }, { name: '../x' }])],
  [
    'with a broken database',
    async () =>
      makeZip([{ name: 'index.html' }, { name: '.peerserver/database.sqlite', content: 'no' }]),
  ],
])('a server of an archive that is %s is not made, and nothing is left', async (_, archive) => {
  const { environment, create, asked } = memoryBrowser();
  const content = { kind: 'archive', archive: await archive() } as const;
  await expect(create('garden', content)).rejects.toMatchObject({ code: 'bad-input' });
  expect(await environment.registry.list()).toEqual([]);
  expect(environment.disk.files()).toEqual([]);
  // A name that was claimed meanwhile is given back.
  expect(asked.filter((each) => each.startsWith('claim')).length % 2).toBe(0);
  expect(asked.at(-1) ?? 'release garden').toBe('release garden');
});

async function damagedZip(): Promise<Blob> {
  return makeZip([
    { name: 'index.html', content: 'Hello' },
    { name: 'b', content: 'x', crc: 7 },
  ]);
}

test('giving up the making of a server leaves nothing behind', async () => {
  const { environment, options, asked } = memoryBrowser();
  const abort = new AbortController();
  const files = (async function* () {
    yield { path: 'a', content: 'a' };
    abort.abort();
    yield { path: 'b', content: 'b' };
  })();
  const given = createServerIn(environment, {
    ...options('garden'),
    signal: abort.signal,
    content: { kind: 'files', files },
  });
  await expect(given).rejects.toMatchObject({ code: 'cancelled' });
  expect(environment.disk.files()).toEqual([]);
  expect(await environment.registry.list()).toEqual([]);
  expect(asked).toEqual(['claim garden', 'claim garden', 'release garden']);
});

test('a site that does not fit is refused with what is free, and nothing is left', async () => {
  const browser = memoryBrowser();
  const environment = { ...browser.environment, roomLeft: async () => 2_500_000 };
  environment.disk.quota = 10_000;
  const content = siteOf({ 'a.txt': 'a'.repeat(9000), 'b.txt': 'b'.repeat(9000) });
  const refused = createServerIn(environment, { ...browser.options('garden'), content });
  await expect(refused).rejects.toThrow(/only 2\.5 MB left.*free space/);
  expect(environment.disk.files()).toEqual([]);
});

test('the browser is asked to keep what is stored', async () => {
  const browser = memoryBrowser();
  const asked: string[] = [];
  const environment = { ...browser.environment, keepStorage: () => void asked.push('keep') };
  await createServerIn(environment, { ...browser.options('garden'), content: siteOf({ a: '1' }) });
  expect(asked).toEqual(['keep']);
});

test('a duplicate has everything of the other, and a key of its own', async () => {
  const browser = await browserWithGarden();
  const { environment, options } = browser;
  const { server } = await browser.open('garden');
  const result = await duplicateServerIn(environment, 'garden', options('meadow'));
  expect(result).toMatchObject({ kind: 'created', server: { name: 'meadow' } });
  const key = server.publicKey;
  await server.close();
  expect(await contentOf(browser, 'meadow')).toEqual({ files: GARDEN, database: 'roses' });
  expect((await environment.registry.identity(nameOf('meadow'))).publicKey).not.toBe(key);
});

test('a renamed server keeps key, files and database, and the old name is given back', async () => {
  const browser = await browserWithGarden();
  const { environment, options, asked } = browser;
  const { publicKey } = await environment.registry.identity(nameOf('garden'));
  const { server, events } = await browser.open('garden');
  await events.until('signaling', ({ state }) => state === 'online');
  asked.length = 0;
  const files = environment.disk.files();
  const result = await renameServerIn(environment, 'garden', options('Meadow'));
  expect(result).toMatchObject({ kind: 'created', server: { name: 'meadow' } });
  await events.until('taken-over');
  await expect(server.store.write('x', 'y')).rejects.toThrow(/Another tab/);
  expect(asked).toEqual(['claim meadow', 'claim garden', 'release garden']);
  expect(environment.disk.files()).toEqual(files);
  expect(await environment.registry.list()).toMatchObject([{ name: 'meadow' }]);
  expect((await environment.registry.identity(nameOf('meadow'))).publicKey).toBe(publicKey);
  expect(await contentOf(browser, 'meadow', 'garden')).toEqual({
    files: GARDEN,
    database: 'roses',
  });
  await expect(browser.open('garden')).rejects.toMatchObject({ code: 'no-such-site' });
});

test('a server that is made under a name that another one had before disturbs nothing', async () => {
  const browser = await browserWithGarden();
  const { environment, options } = browser;
  await renameServerIn(environment, 'garden', options('meadow'));
  await browser.create('garden', siteOf({ 'index.html': 'another garden' }));
  expect(await contentOf(browser, 'meadow', 'garden')).toMatchObject({ files: GARDEN });
  const signal = never();
  await deleteServerIn(environment, 'garden', { ...options(''), signal });
  expect(await contentOf(browser, 'meadow', 'garden')).toEqual({
    files: GARDEN,
    database: 'roses',
  });
  await deleteServerIn(environment, 'meadow', { ...options(''), signal });
  expect(environment.disk.files()).toEqual([]);
});

test('a refused new name changes nothing, and the tab that runs the server goes on', async () => {
  const browser = await browserWithGarden();
  const { environment, options, taken } = browser;
  await browser.create('orchard', siteOf({ a: '1' }));
  taken.add('meadow');
  const { server, events } = await browser.open('garden');
  for (const name of ['meadow', 'orchard', 'garden', 'no good!']) {
    const result = await renameServerIn(environment, 'garden', options(name));
    expect(result).toMatchObject({ kind: 'refused', suggestion: expect.stringMatching(/^[a-z]/) });
  }
  expect(events.all.some(({ kind }) => kind === 'taken-over')).toBe(false);
  await server.store.write('index.html', 'still mine');
  await server.close();
});

/** Every limit of time is reached when the signaling server is asked the second thing from now on. */
function lateSecondAnswer({ asked }: Browser): void {
  const limit = new AbortController();
  vi.spyOn(AbortSignal, 'timeout').mockReturnValue(limit.signal);
  asked.length = 0;
  asked.push = (message) => {
    asked[asked.length] = message;
    if (asked.length === 2) limit.abort(new DOMException('Too late.', 'TimeoutError'));
    return asked.length;
  };
}

test('a server is renamed, too, when giving back its old name takes too long', async () => {
  const browser = await browserWithGarden();
  const { environment, options, asked } = browser;
  lateSecondAnswer(browser);
  const result = await renameServerIn(environment, 'garden', options('meadow'));
  expect(result).toMatchObject({ kind: 'created', server: { name: 'meadow' } });
  expect([...asked]).toEqual(['claim meadow', 'claim garden']);
});

test('why a server cannot be made is told, too, when giving back its name takes too long', async () => {
  const browser = memoryBrowser();
  const { environment, options, asked } = browser;
  environment.disk.quota = 10;
  lateSecondAnswer(browser);
  const content = siteOf({ 'a.txt': 'a'.repeat(9000) });
  const made = createServerIn(environment, { ...options('garden'), content });
  await expect(made).rejects.toThrow(/no room/);
  expect([...asked]).toEqual(['claim garden', 'claim garden']);
});

test('giving up a deletion at the signaling server is told as such', async () => {
  const { environment, options } = await browserWithGarden();
  const abort = new AbortController();
  const deleted = deleteServerIn(environment, 'garden', { ...options(''), signal: abort.signal });
  abort.abort();
  await expect(deleted).rejects.toMatchObject({ name: 'PeerServerError', code: 'cancelled' });
  expect(await environment.registry.list()).toMatchObject([{ name: 'garden' }]);
});

test('without the signaling server nothing is renamed', async () => {
  const browser = await browserWithGarden();
  const { environment, options, signaling } = browser;
  signaling.reachable = false;
  await expect(renameServerIn(environment, 'garden', options('meadow'))).rejects.toMatchObject({
    code: 'signaling-failed',
  });
  expect(await environment.registry.list()).toMatchObject([{ name: 'garden' }]);
});
