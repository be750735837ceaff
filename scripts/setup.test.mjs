import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkNode, packagesAreInstalled } from './setup.mjs';

describe('checkNode', () => {
  it.each(['20.19.0', '20.20.2', '22.0.0', '24.1.0'])('accepts Node %s', (version) => {
    expect(() => checkNode(version)).not.toThrow();
  });

  it.each(['18.20.0', '20.18.3', '9.9.9'])('refuses Node %s and says what to do', (version) => {
    expect(() => checkNode(version)).toThrow(`needs Node 20.19 or newer; this is Node ${version}`);
  });
});

describe('packagesAreInstalled', () => {
  let folder;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'peerserver-setup-'));
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  const write = async (wanted, installed) => {
    await writeFile(join(folder, 'package-lock.json'), JSON.stringify({ packages: wanted }));
    if (installed === undefined) return;
    await mkdir(join(folder, 'node_modules'));
    const record = join(folder, 'node_modules/.package-lock.json');
    await writeFile(record, JSON.stringify({ packages: installed }));
  };

  it('is false in a fresh clone', async () => {
    await write({ '': {}, 'node_modules/ws': { version: '8.0.0' } });
    expect(packagesAreInstalled(folder)).toBe(false);
  });

  it('is true when every package has the version of the lockfile', async () => {
    await write(
      { '': {}, 'node_modules/ws': { version: '8.0.0' } },
      { 'node_modules/ws': { version: '8.0.0' } },
    );
    expect(packagesAreInstalled(folder)).toBe(true);
  });

  it('is false when the lockfile has moved on', async () => {
    await write(
      { '': {}, 'node_modules/ws': { version: '8.0.1' } },
      { 'node_modules/ws': { version: '8.0.0' } },
    );
    expect(packagesAreInstalled(folder)).toBe(false);
  });

  it('does not miss optional packages of other platforms', async () => {
    await write({ 'node_modules/fsevents': { version: '2.3.3', optional: true } }, {});
    expect(packagesAreInstalled(folder)).toBe(true);
  });

  it('is true without a lockfile: then this is an installed package, not a checkout', () => {
    expect(packagesAreInstalled(folder)).toBe(true);
  });
});
