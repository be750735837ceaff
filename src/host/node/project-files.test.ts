import { once } from 'node:events';
import { watch } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Clock, systemClock } from '../../protocol/clock.ts';
import { openProjectFolder, type ProjectFolder } from './project-files.ts';

const { signal } = new AbortController();

describe('openProjectFolder', () => {
  let folder: string;
  let files: ProjectFolder | undefined;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'peerserver-project-'));
    await write('peerserver.json', '{}');
    await write('routes/index.ts', 'one');
  });

  afterEach(async () => {
    files?.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function write(path: string, text: string): Promise<void> {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }

  async function open(): Promise<ProjectFolder> {
    files = await openProjectFolder(folder);
    return files;
  }

  /** Resolves when a change of this file was told. */
  function changeOf(path: string): Promise<void> {
    return new Promise((resolve) => {
      files?.subscribe((paths) => {
        if (paths.includes(path)) resolve();
      });
    });
  }

  it('lists files in the order of their paths, without hidden ones and node_modules', async () => {
    await write('lib/a.ts', '');
    await write('.git/config', '');
    await write('.env', '');
    await write('node_modules/hono/index.js', '');
    await write('public/.well-known/me.txt', '');
    expect(await (await open()).list(signal)).toEqual([
      'lib/a.ts',
      'peerserver.json',
      'public/.well-known/me.txt',
      'routes/index.ts',
    ]);
  });

  it('reads text, and refuses what is not there or leads out of the folder', async () => {
    const outside = await mkdtemp(join(tmpdir(), 'peerserver-outside-'));
    await writeFile(join(outside, 'secret.ts'), 'secret');
    await symlink(join(outside, 'secret.ts'), join(folder, 'lib.ts'));
    await symlink(join(folder, 'routes/index.ts'), join(folder, 'same.ts'));
    const project = await open();
    expect(await project.list(signal)).toEqual(['peerserver.json', 'routes/index.ts', 'same.ts']);
    expect(await project.readText('same.ts', signal)).toBe('one');
    for (const path of ['missing.ts', '../x.ts', 'lib.ts', 'routes', '/etc/passwd', 'a\0b']) {
      await expect(project.readText(path, signal)).rejects.toMatchObject({
        code: 'storage-failed',
      });
    }
    await rm(outside, { recursive: true });
  });

  it('tells of files that are written, made, moved and removed, in new folders too', async () => {
    const project = await open();
    for (const [path, change] of [
      ['routes/index.ts', () => write('routes/index.ts', 'other text')],
      ['lib/deep/new.ts', () => write('lib/deep/new.ts', '1')],
      ['lib/deep/new.ts', () => write('lib/deep/new.ts', '22')],
      ['moved.ts', () => rename(join(folder, 'lib/deep/new.ts'), join(folder, 'moved.ts'))],
      ['moved.ts', () => rm(join(folder, 'moved.ts'))],
    ] as const) {
      const told = changeOf(path);
      await change();
      await told;
    }
    expect(await project.list(signal)).toEqual(['peerserver.json', 'routes/index.ts']);
  });

  it.each([
    'by events',
    'by looking every second',
  ])('sees each save of a file and a folder that others took the place of, %s', async (how) => {
    const regular: (() => void)[] = [];
    const clock: Clock = {
      now: () => 0,
      schedule(ms, callback) {
        if (ms < 1_000 && how === 'by events') return systemClock.schedule(ms, callback);
        if (ms >= 1_000) regular.push(callback);
        return () => undefined;
      },
    };
    files = await openProjectFolder(folder, { clock });
    const path = 'routes/index.ts';
    const moved = async (from: string, to: string) => rename(join(folder, from), join(folder, to));
    for (const change of [
      async () => {
        await write('routes/.index.ts.tmp', 'two');
        await moved('routes/.index.ts.tmp', path);
      },
      () => write(path, 'three'),
      () => write(path, 'in its place again'),
      () => rm(join(folder, path)),
      () => write(path, 'made again'),
      () => write(path, 'and written'),
      async () => {
        await write('next/index.ts', 'of another folder');
        await moved('routes', 'old');
        await moved('next', 'routes');
      },
      () => write(path, 'in the other folder'),
      async () => {
        await rm(join(folder, 'routes'), { recursive: true });
        await write(path, 'in a new folder');
      },
      () => write(path, 'in that one again'),
    ]) {
      const told = changeOf(path);
      await change();
      if (how !== 'by events') {
        await expect.poll(() => regular.length).toBe(1);
        regular.shift()?.();
      }
      await told;
    }
  });

  it('looks no more once it is closed', async () => {
    const scheduled = new Set<() => void>();
    const schedule: Clock['schedule'] = (_ms, callback) => {
      scheduled.add(callback);
      return () => scheduled.delete(callback);
    };
    files = await openProjectFolder(folder, { clock: { now: () => 0, schedule } });
    expect(scheduled.size).toBe(1);
    files.close();
    expect(scheduled.size).toBe(0);
  });

  it('does not look because of what is hidden', async () => {
    await mkdir(join(folder, '.peerserver'));
    const scheduled = await openWithHeldClock();
    const witness = watch(join(folder, '.peerserver'));
    const seen = once(witness, 'change');
    await write('.peerserver/database.sqlite', 'x');
    await seen;
    witness.close();
    expect(scheduled).toHaveLength(0);
  });

  it('looks once for many events, and does not wait for their end', async () => {
    const scheduled = await openWithHeldClock();
    await write('routes/index.ts', 'again');
    await expect.poll(() => scheduled.length).toBe(1);
    await write('routes/other.ts', 'more');
    const told = changeOf('routes/other.ts');
    scheduled[0]?.();
    await told;
  });

  /** Opens the folder; what would be looked at later is collected. */
  async function openWithHeldClock(): Promise<(() => void)[]> {
    const scheduled: (() => void)[] = [];
    const schedule = (ms: number, callback: () => void) => {
      // The look of every second comes anyway.
      if (ms < 1_000) scheduled.push(callback);
      return () => undefined;
    };
    files = await openProjectFolder(folder, { clock: { now: () => 0, schedule } });
    return scheduled;
  }

  it('says when there is no such folder', async () => {
    await expect(openProjectFolder(join(folder, 'nothing'))).rejects.toMatchObject({
      code: 'storage-failed',
    });
  });
});
