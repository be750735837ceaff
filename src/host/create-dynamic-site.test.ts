import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PeerServerError } from '../protocol/errors.ts';
import type { ManualClock } from '../protocol/testing/manual-clock.ts';
import type { DynamicSite, LiveChange } from './dynamic-site.ts';
import type { StandIns } from './sandbox/testing/stand-in-sandbox.ts';
import type { SiteLogEntry } from './site-log.ts';
import type {
  MemoryProject,
  StandInCompiler,
  StandInDatabase,
} from './testing/dynamic-site-stand-ins.ts';
import { StandInSite } from './testing/stand-in-site.ts';

let project: MemoryProject;
let compiler: StandInCompiler;
let database: StandInDatabase;
let standIns: StandIns;
let clock: ManualClock;
let log: SiteLogEntry[];
let live: LiveChange[];
let site: DynamicSite;
let stop: AbortController;
let made: StandInSite;

beforeEach(() => {
  made = new StandInSite();
  ({ compiler, database, standIns, clock, log, live, stop } = made);
});
afterEach(() => site.close());

function open(files: Readonly<Record<string, string>>) {
  const opened = made.open(files);
  ({ project, site } = opened);
  return opened.get;
}

describe('a project', () => {
  it('is answered by its routes, then its files, then its server, then its 404 page', async () => {
    const get = open({
      'peerserver.json': '{"format":1}',
      'routes/index.ts': 'code',
      'server.ts': '',
      'public/index.html': 'never',
      'public/about.html': 'about',
    });
    expect(await get('/')).toBe('200 code route%20routes/index.ts');
    expect(await get('/about.html')).toBe('200 about');
    expect(await get('/elsewhere')).toBe('200 code server');
    project.files.delete('server.ts');
    project.save('public/404.html', 'lost');
    project.save('routes/index.ts', 'code');
    clock.advance(30);
    expect(await get('/elsewhere')).toBe('404 lost');
  });

  it('starts nothing when it has no code', async () => {
    const get = open({ 'peerserver.json': '{"format":1}', 'public/index.html': 'files' });
    expect(await get('/')).toBe('200 files');
    expect(standIns.made).toEqual([]);
    expect(database.opened).toBe(0);
  });

  it('is not compiled without its settings', async () => {
    const get = open({ 'index.html': 'folder', 'routes/index.ts': 'text' });
    expect(await get('/')).toBe('200 folder');
    expect(compiler.compiled).toBe(0);
    project.save('peerserver.json', '');
    clock.advance(30);
    expect(await get('/')).toBe('200 text route%20routes/index.ts');
  });

  it('applies its migrations before its code starts, and again only when they change', async () => {
    const get = open({
      'peerserver.json': '{"format":1}',
      'routes/index.ts': 'one',
      'migrations/2.sql': 'b',
      'migrations/1.sql': 'a',
      'migrations/notes.txt': '',
    });
    await get('/');
    expect(database.migrated).toEqual([['migrations/1.sql', 'migrations/2.sql']]);
    project.save('routes/index.ts', 'two');
    clock.advance(30);
    await get('/');
    expect(database.migrated).toHaveLength(1);
    project.save('migrations/3.sql', 'c');
    clock.advance(30);
    await get('/');
    expect(database.migrated).toHaveLength(2);
    expect(standIns.made).toHaveLength(2);
  });
});

describe('a save', () => {
  it('is seen by the very next request, and several at once are compiled together', async () => {
    const get = open({ 'peerserver.json': '{"format":1}', 'routes/index.ts': 'one' });
    expect(await get('/')).toMatch(/^200 one/);
    project.save('routes/index.ts', 'two');
    project.save('lib/x.ts', 'x');
    project.save('routes/index.ts', 'three');
    const answer = get('/');
    clock.advance(30);
    expect(await answer).toMatch(/^200 three/);
    expect(compiler.compiled).toBe(2);
  });

  it('is confirmed once it is live, with all files that were saved; the start and a note are not', async () => {
    const get = open({ 'peerserver.json': '{"format":1}', 'routes/index.ts': 'one' });
    await get('/');
    project.save('README.md', 'x');
    clock.advance(30);
    await get('/');
    expect(live).toEqual([]);
    project.save('routes/index.ts', 'two');
    project.save('public/a.txt', 'x');
    project.save('lib/x.ts', 'x');
    clock.advance(30);
    await get('/');
    expect(live).toEqual([{ paths: ['routes/index.ts', 'lib/x.ts'], ms: 30 }]);
  });

  it('of public files compiles nothing, and of code that comes to the same starts nothing', async () => {
    const get = open({ 'peerserver.json': '{"format":1}', 'routes/index.ts': 'one' });
    await get('/');
    project.save('public/large.bin', 'x');
    clock.advance(1_000);
    expect(compiler.compiled).toBe(1);
    project.save('README.md', 'x');
    clock.advance(30);
    await get('/');
    expect(compiler.compiled).toBe(2);
    expect(standIns.made).toHaveLength(1);
  });

  it('of the settings starts the code anew', async () => {
    const get = open({ 'peerserver.json': '{"format":1}', 'routes/index.ts': 'one' });
    await get('/');
    project.save('peerserver.json', '{"format":1,"variables":{"NAME":"rake"}}');
    clock.advance(30);
    await get('/');
    expect(standIns.last.start.settings.variables).toEqual({ NAME: 'rake' });
  });
});

describe('what goes wrong', () => {
  it('in a file is told to the author, and the site runs all the same', async () => {
    const problem = { at: 0, level: 'error', source: 'compile', text: 'Broken.' } as const;
    compiler.problems = [problem];
    const get = open({ 'peerserver.json': '{"format":1}', 'routes/index.ts': 'one' });
    expect(await get('/')).toMatch(/^200/);
    expect(log).toEqual([problem]);
  });

  it('is told when it is new, changed, or saved again, and when it is right again', async () => {
    const problem = (file: string, text: string): SiteLogEntry => ({
      at: log.length,
      level: 'error',
      source: 'compile',
      text,
      place: { file, line: 1 },
    });
    const files = { 'routes/index.ts': '1', 'routes/a.ts': '1', 'routes/b.ts': '1' };
    compiler.problems = [problem('routes/a.ts', 'Old.')];
    const get = open({ 'peerserver.json': '{"format":1}', ...files });
    const told = async (path: string, ...problems: SiteLogEntry[]) => {
      log.length = 0;
      compiler.problems = problems;
      project.save(path, `${project.files.get(path)}+`);
      clock.advance(30);
      await get('/');
      return log.map(({ level, text }) => `${level} ${text}`);
    };
    await get('/');
    expect(log).toHaveLength(1);
    const a = problem('routes/a.ts', 'Old.');
    const b = problem('routes/b.ts', 'New.');
    expect(await told('routes/index.ts', a)).toEqual([]);
    expect(await told('routes/b.ts', a, b)).toEqual(['error New.']);
    expect(await told('routes/b.ts', a, b)).toEqual(['error New.']);
    expect(await told('routes/b.ts', a, { ...b, text: 'Other.' })).toEqual(['error Other.']);
    expect(live.flatMap(({ paths }) => paths)).toEqual(['routes/index.ts']);
    expect(await told('routes/b.ts', a)).toEqual(['info Right again.']);
    expect(live.at(-1)?.paths).toEqual(['routes/b.ts']);
    project.files.delete('routes/a.ts');
    expect(await told('routes/index.ts')).toEqual([]);
  });

  it('in the settings ends the code until they are mended, but not the files', async () => {
    const get = open({
      'peerserver.json': '{"format":1,"fetch":"nobody"}',
      'routes/index.ts': 'one',
      'public/about.html': 'about',
    });
    expect(await get('/about.html')).toBe('200 about');
    expect(await get('/')).toMatch(/^500 This page has an error/);
    expect(log).toMatchObject([{ level: 'error', place: { file: 'peerserver.json', line: 1 } }]);
    project.save('peerserver.json', '{"format":1}');
    clock.advance(30);
    expect(await get('/')).toMatch(/^200 one/);
  });

  it('in the compiler itself is told, and tried again after the next save', async () => {
    compiler.failure = new PeerServerError('host-failed', 'esbuild cannot be loaded.');
    const get = open({ 'peerserver.json': '{"format":1}', 'routes/index.ts': 'one' });
    expect(await get('/')).toMatch(/^500/);
    expect(log).toMatchObject([{ text: expect.stringContaining('esbuild cannot be loaded.') }]);
    compiler.failure = undefined;
    project.save('routes/index.ts', 'two');
    clock.advance(30);
    expect(await get('/')).toMatch(/^200 two/);
  });

  it('in the database’s worker begins anew with another one and another sandbox', async () => {
    const get = open({ 'peerserver.json': '{"format":1}', 'routes/index.ts': 'one' });
    await get('/');
    database.lose(new PeerServerError('storage-failed', 'Its worker hung.'));
    await expect.poll(() => log.length).toBe(1);
    expect(await get('/')).toMatch(/^200 one/);
    expect(database.opened).toBe(2);
    expect(standIns.made).toHaveLength(2);
    expect(standIns.made[0]?.terminated).toBe(true);
    expect(log).toMatchObject([{ source: 'database', level: 'error' }]);
  });
});

describe('the database, asked for by the studio', () => {
  it('is given with the migrations applied, even to who asks before the code runs', async () => {
    open({
      'peerserver.json': '{"format":1}',
      'routes/index.ts': 'one',
      'migrations/1.sql': 'a',
    });
    await site.database();
    expect(database.migrated).toEqual([['migrations/1.sql']]);
  });
});

describe('the database as a file', () => {
  const never = new AbortController().signal;
  const files = {
    'peerserver.json': '{"format":1}',
    'routes/index.ts': 'one',
    'migrations/1.sql': 'a',
  };

  it('is saved only after the migrations', async () => {
    open(files);
    expect(await site.backup(never)).toEqual(new Uint8Array([1]));
  });

  it('is replaced while requests wait: migrated anew, and the code started anew', async () => {
    const get = open(files);
    await get('/');
    let finish = () => {};
    database.restoring = new Promise((resolve) => {
      finish = resolve;
    });
    const restored = site.restore(new Uint8Array([7]), never);
    let answered = false;
    const answer = get('/').finally(() => {
      answered = true;
    });
    await expect.poll(() => database.restored).toEqual([new Uint8Array([7])]);
    expect(answered).toBe(false);
    finish();
    await restored;
    expect(await answer).toMatch(/^200 one/);
    expect(database.migrated).toEqual([['migrations/1.sql'], ['migrations/1.sql']]);
    expect(database.opened).toBe(1);
    expect(standIns.made).toHaveLength(2);
    expect(standIns.made[0]?.terminated).toBe(true);
    expect(live).toEqual([]);
  });

  it('is replaced along with the files that belong to it, before any code meets either', async () => {
    const get = open(files);
    await get('/');
    let reported: readonly unknown[] = [];
    await site.restore(new Uint8Array([7]), never, async () => {
      reported = [...database.restored];
      project.save('routes/index.ts', 'imported');
    });
    expect(reported).toEqual([new Uint8Array([7])]);
    clock.advance(30);
    expect(await get('/')).toMatch(/^200 imported/);
    expect(database.restored).toHaveLength(1);
  });

  it('comes back when the files that belong to the other one cannot be replaced', async () => {
    const get = open(files);
    await get('/');
    const error = new PeerServerError('storage-failed', 'No room.');
    const failed = site.restore(new Uint8Array([7]), never, () => Promise.reject(error));
    await expect(failed).rejects.toBe(error);
    // What was backed up before it was replaced.
    expect(database.restored).toEqual([new Uint8Array([7]), new Uint8Array([1])]);
    expect(await get('/')).toMatch(/^200 one/);
    // Its ports were cut off meanwhile.
    expect(standIns.made).toHaveLength(2);
  });

  it('comes back, too, when the site is closed while it is being replaced', async () => {
    const get = open(files);
    await get('/');
    let finish = () => {};
    database.restoring = new Promise((resolve) => {
      finish = resolve;
    });
    const error = new PeerServerError('storage-failed', 'Another tab has taken this server over.');
    const restored = site.restore(new Uint8Array([7]), never, () => Promise.reject(error));
    const failed = expect(restored).rejects.toBe(error);
    await expect.poll(() => database.restored).toHaveLength(1);
    const closed = site.close();
    finish();
    await failed;
    await closed;
    expect(database.restored).toEqual([new Uint8Array([7]), new Uint8Array([1])]);
    expect(database.closed).toBe(1);
  });

  it('is told to be replaced when it was, though the site was closed meanwhile', async () => {
    const get = open(files);
    await get('/');
    let finish = () => {};
    database.restoring = new Promise((resolve) => {
      finish = resolve;
    });
    const restored = site.restore(new Uint8Array([7]), never);
    await expect.poll(() => database.restored).toHaveLength(1);
    const closed = site.close();
    finish();
    await expect(restored).resolves.toBeUndefined();
    await closed;
  });

  it('is kept when the other file is refused, and so is the code that runs', async () => {
    const get = open(files);
    await get('/');
    const error = new PeerServerError('bad-input', 'This file is no SQLite database.');
    database.restoring = Promise.reject(error);
    await expect(site.restore(new Uint8Array(), never)).rejects.toBe(error);
    expect(await get('/')).toMatch(/^200 one/);
    expect(standIns.made).toHaveLength(1);
    expect(standIns.last.terminated).toBe(false);
    expect(log).toEqual([]);
  });

  it('is not replaced for a caller who has given up', async () => {
    const get = open(files);
    const restored = site.restore(new Uint8Array(), AbortSignal.abort());
    await expect(restored).rejects.toMatchObject({ code: 'cancelled' });
    expect(database.restored).toEqual([]);
    expect(await get('/')).toMatch(/^200 one/);
  });

  it('is restored of a site without code, too', async () => {
    const get = open({ 'peerserver.json': '{"format":1}', 'public/index.html': 'files' });
    await site.restore(new Uint8Array([7]), never);
    expect(database.restored).toHaveLength(1);
    expect(await get('/')).toBe('200 files');
  });
});

it('ends with its signal: code, database and watching', async () => {
  const get = open({ 'peerserver.json': '{"format":1}', 'routes/index.ts': 'one' });
  await get('/');
  stop.abort();
  await site.close();
  expect(standIns.last.terminated).toBe(true);
  expect(database.closed).toBe(1);
  expect(project.listeners).toBe(0);
});
