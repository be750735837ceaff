import { expect, test } from 'vitest';
import { OpfsSiteStore } from './opfs-site-store.ts';
import { MemoryDisk } from './testing/memory-disk.ts';

/** A day's work on a site; returns what the site looks like after each step. */
const STEPS: readonly ((store: OpfsSiteStore) => Promise<unknown>)[] = [
  (store) =>
    store.writeMany(
      [
        { path: 'index.html', content: 'first' },
        { path: 'a/b.txt', content: 'b' },
      ],
      { publish: true },
    ),
  (store) => store.write('index.html', 'second', { publish: true }),
  (store) => store.write('index.html', new Blob(['third'])),
  (store) => store.publish(),
  (store) => store.rename('a', 'c', { publish: true }),
  (store) => store.remove('c'),
  (store) => store.undo(),
  (store) => store.discardDraft(),
];

/** Draft and live of a site with all contents, as one comparable text. */
async function describeSite(store: OpfsSiteStore): Promise<string> {
  const lines: string[] = [];
  for (const { path } of store.list()) {
    lines.push(`draft ${path}: ${await store.readText(path)}`);
    const live = await store.liveFiles.lookup(path);
    if (live) lines.push(`live ${path}: ${await new Response(await live.read()).text()}`);
  }
  return lines.join('\n');
}

/** Every step on a fine disk: the sites that may be found, in order. */
async function allStates(): Promise<string[]> {
  const disk = new MemoryDisk();
  const store = await OpfsSiteStore.open(disk.root(), { now: () => 1 });
  const states = [''];
  for (const step of STEPS) {
    await step(store);
    states.push(await describeSite(store));
  }
  return states;
}

async function countChanges(): Promise<number> {
  const disk = new MemoryDisk();
  const store = await OpfsSiteStore.open(disk.root(), { now: () => 1 });
  for (const step of STEPS) await step(store);
  return disk.changes;
}

const changes = await countChanges();
const states = await allStates();

test('there are enough operations for the power to fail at', () => {
  expect(changes).toBeGreaterThan(15);
  expect(new Set(states).size).toBeGreaterThan(5);
});

test.each([
  { tear: false, what: 'not begun' },
  { tear: true, what: 'half done' },
])('with the power gone at any operation ($what) the site is as before the step or after it', async ({
  tear,
}) => {
  for (let cut = 1; cut <= changes; cut += 1) {
    const disk = new MemoryDisk();
    disk.cutPowerAt(cut, tear);
    let done = 0;
    try {
      const store = await OpfsSiteStore.open(disk.root(), { now: () => 1 });
      for (const step of STEPS) {
        await step(store);
        done += 1;
      }
    } catch {
      // The power is gone; what counts is what is found afterwards.
    }
    const found = await OpfsSiteStore.open(disk.afterRestart().root(), { now: () => 1 });
    const site = await describeSite(found);
    expect([states[done], states[done + 1]], `power cut at ${cut}`).toContain(site);
    // And the site can be worked on.
    await found.write('index.html', 'after the cut', { publish: true });
    expect(await found.readText('index.html')).toBe('after the cut');
  }
});

test('the last save may be torn after it was reported: the one before it is found whole', async () => {
  const disk = new MemoryDisk();
  const store = await OpfsSiteStore.open(disk.root(), { now: () => 1 });
  const versions: string[] = [];
  for (const step of STEPS) {
    await step(store);
    versions.push(await describeSite(store));
    const slot = `index-${(versions.length + 1) % 2}`;
    for (const harm of [
      (bytes: Uint8Array<ArrayBuffer>) => bytes.slice(0, bytes.length - 3),
      (bytes: Uint8Array<ArrayBuffer>) =>
        bytes.map((byte, index) => (index === 90 ? byte ^ 1 : byte)),
      () => new Uint8Array(),
    ]) {
      const torn = disk.afterRestart();
      torn.damage(slot, harm);
      const found = await OpfsSiteStore.open(torn.root(), { now: () => 1 });
      // The first save is in both places.
      expect(await describeSite(found)).toBe(versions.at(-2) ?? versions[0]);
    }
  }
});

test('with both copies of the index damaged the site is not taken for an empty one', async () => {
  const disk = new MemoryDisk();
  const store = await OpfsSiteStore.open(disk.root());
  await store.write('a', '1');
  for (const slot of ['index-0', 'index-1']) disk.damage(slot, (bytes) => bytes.slice(0, 50));
  const blobs = disk.files();
  await expect(OpfsSiteStore.open(disk.root())).rejects.toMatchObject({ code: 'storage-failed' });
  expect(disk.files()).toEqual(blobs);
});

test('an index of a newer format is left alone', async () => {
  const disk = new MemoryDisk();
  const store = await OpfsSiteStore.open(disk.root());
  await store.write('a', '1');
  const text = JSON.stringify({ format: 2, version: 9 });
  const body = new TextEncoder().encode(text);
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', body));
  const hex = [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const index = new TextEncoder().encode(`${hex}\n${text}`);
  disk.damage('index-0', () => index);
  await expect(OpfsSiteStore.open(disk.root())).rejects.toThrow(/newer version/);
});
