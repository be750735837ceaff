import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KnownHosts } from './known-hosts.ts';

describe('known hosts', () => {
  let folder: string;
  let path: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'peerserver-known-'));
    path = join(folder, 'deeper', 'known-hosts.json');
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('knows nobody without a file', async () => {
    expect(await new KnownHosts(path).pinFor('localhost:8890/garden').load()).toBeUndefined();
  });

  it('remembers keys from one run to the next', async () => {
    await new KnownHosts(path).pinFor('localhost:8890/garden').save('key-1');
    await new KnownHosts(path).pinFor('localhost:8890/forest').save('key-2');
    const later = new KnownHosts(path);
    expect(await later.pinFor('localhost:8890/garden').load()).toBe('key-1');
    expect(await later.pinFor('localhost:8890/forest').load()).toBe('key-2');
  });

  it('keeps a site called __proto__ apart from the rest', async () => {
    await new KnownHosts(path).pinFor('__proto__').save('key-1');
    expect(await new KnownHosts(path).pinFor('constructor').load()).toBeUndefined();
  });

  it.each([
    '',
    '[]',
    '{"format":2,"hosts":{}}',
    '{"format":1,"hosts":{"a":1}}',
  ])('refuses the damaged file %j rather than trust anybody, and leaves it as it is', async (text) => {
    path = join(folder, 'known-hosts.json');
    await writeFile(path, text);
    const pin = new KnownHosts(path).pinFor('a');
    await expect(pin.load()).rejects.toMatchObject({ code: 'storage-failed' });
    await expect(pin.save('key')).rejects.toThrow('damaged');
    expect(await readFile(path, 'utf8')).toBe(text);
  });

  it('says which file cannot be written', async () => {
    await writeFile(join(folder, 'deeper'), 'a file where a folder should be');
    const pin = new KnownHosts(path).pinFor('a');
    await expect(pin.save('key')).rejects.toThrow(path);
  });
});
