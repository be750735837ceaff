import { describe, expect, test, vi } from 'vitest';
import { PeerServerError } from '../../protocol/errors.ts';
import { ManualClock } from '../../protocol/testing/manual-clock.ts';
import { CookieJars } from './cookie-jars.ts';
import type { CookieStorage } from './jar-file.ts';
import type { CookieRequest } from './visitor-jar.ts';

const PAGE: CookieRequest = {
  host: 'garden.localhost',
  path: '/',
  siteContext: 'strict',
  isTopLevel: false,
};

class MemoryStorage implements CookieStorage {
  readonly saved: string[] = [];
  fails = false;

  load(): Promise<string | undefined> {
    return Promise.resolve(this.saved.at(-1));
  }

  save(text: string): Promise<void> {
    if (this.fails) return Promise.reject(new PeerServerError('storage-failed', 'No room.'));
    this.saved.push(text);
    return Promise.resolve();
  }
}

async function openJars(storage: CookieStorage, clock = new ManualClock()) {
  const problems: unknown[] = [];
  const jars = new CookieJars({
    storage,
    clock,
    now: () => clock.now(),
    onProblem: (error) => problems.push(error),
  });
  await jars.ready();
  return {
    jars,
    clock,
    problems,
    set: (visitor: string, text: string) => jars.change(visitor, (jar) => jar.set(text, PAGE)),
    header: (visitor: string) => jars.find(visitor)?.header(PAGE),
  };
}

describe('cookies outlive the host', () => {
  test('session cookies too, with all their attributes and in their order', async () => {
    const storage = new MemoryStorage();
    const before = await openJars(storage);
    before.set('anna', 'z=1; HttpOnly; Secure; SameSite=Strict; Max-Age=100');
    before.set('anna', 'a=\u00c3\u00a9');
    before.set('ben', 'b=1');
    await before.jars.close();
    const after = await openJars(storage, before.clock);
    expect(after.header('anna')).toBe('z=1; a=\u00c3\u00a9');
    expect(after.header('ben')).toBe('b=1');
    expect(after.jars.find('anna')?.stored()).toEqual(before.jars.find('anna')?.stored());
    after.clock.advance(100_000);
    expect(after.header('anna')).toBe('a=\u00c3\u00a9');
  });

  test('the first change is saved at once, later ones together after a pause', async () => {
    const storage = new MemoryStorage();
    const { set, clock } = await openJars(storage);
    set('anna', 'a=1');
    await expect.poll(() => storage.saved.length).toBe(1);
    for (let one = 0; one < 20; one += 1) set('anna', `a=${one}`);
    expect(storage.saved).toHaveLength(1);
    clock.advance(500);
    await expect.poll(() => storage.saved.length).toBe(2);
    expect(storage.saved[1]).toContain('"19"');
  });

  test('what only was read is not saved again', async () => {
    const storage = new MemoryStorage();
    const { set, header, jars } = await openJars(storage);
    set('anna', 'a=1');
    await jars.close();
    header('anna');
    await jars.close();
    expect(storage.saved).toHaveLength(1);
  });

  test('a save that fails is told and tried again with the next', async () => {
    const storage = new MemoryStorage();
    const { set, jars, problems, header } = await openJars(storage);
    storage.fails = true;
    set('anna', 'a=1');
    await expect.poll(() => problems.length).toBe(1);
    expect(header('anna')).toBe('a=1');
    storage.fails = false;
    await jars.close();
    expect(storage.saved).toHaveLength(1);
  });

  test('while the disk is full, saves are tried after growing pauses, and told once until one succeeds', async () => {
    const storage = new MemoryStorage();
    const { set, problems, clock } = await openJars(storage);
    const save = vi.spyOn(storage, 'save');
    const pass = async (ms: number) => {
      for (let passed = 0; passed < ms; passed += 500) {
        await new Promise((resolve) => setImmediate(resolve));
        clock.advance(500);
      }
      await new Promise((resolve) => setImmediate(resolve));
    };
    storage.fails = true;
    set('anna', 'a=1');
    await pass(10_000);
    // At 0, 1, 3 and 7 s.
    expect(save).toHaveBeenCalledTimes(4);
    set('anna', 'a=2');
    await pass(600_000);
    expect(save.mock.calls.length).toBeLessThan(20);
    expect(problems).toHaveLength(1);
    storage.fails = false;
    await pass(60_000);
    expect(storage.saved).toHaveLength(1);
    storage.fails = true;
    set('anna', 'a=3');
    await pass(1_000);
    expect(problems).toHaveLength(2);
  });

  test('saves that take long are made less often: one cookie must not keep all jars being saved (hostile)', async () => {
    const storage = new MemoryStorage();
    const { set, clock } = await openJars(storage);
    const save = vi.spyOn(storage, 'save').mockImplementation(async () => {
      await new Promise((resolve) => setImmediate(resolve));
      clock.advance(400);
    });
    for (let round = 0; round < 200; round += 1) {
      set('mallory', `a=${round}`);
      await new Promise((resolve) => setImmediate(resolve));
      clock.advance(100);
    }
    // In 21 s: at 0, 8.4 and 16.8 s.
    expect(save).toHaveBeenCalledTimes(3);
  });

  test.each([
    '',
    'no json',
    '{"format":2,"jars":[]}',
    '{"format":1,"jars":[1,{"visitor":"x"}]}',
    '[]',
  ])('a file that holds %j is as good as none', async (text) => {
    const storage = new MemoryStorage();
    storage.saved.push(text);
    const { header, problems } = await openJars(storage);
    expect(header('anna')).toBeUndefined();
    expect(problems).toEqual([]);
  });

  test('storage that cannot be read leaves visitors without old cookies, and says so', async () => {
    const storage = new MemoryStorage();
    storage.load = () => Promise.reject(new PeerServerError('storage-failed', 'Broken.'));
    const { set, header, problems } = await openJars(storage);
    set('anna', 'a=1');
    expect(header('anna')).toBe('a=1');
    expect(problems).toHaveLength(1);
  });
});
