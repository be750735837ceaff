import { describe, expect, it } from 'vitest';
import type { SiteLogEntry } from '../host.ts';
import { createSiteErrors, describePlace, MAX_BROKEN_FILES } from './site-errors.ts';

function broken(file: string, line: number, at = 1): SiteLogEntry {
  return { at, level: 'error', source: 'compile', text: `Line ${line}.`, place: { file, line } };
}

function mended(file: string): SiteLogEntry {
  return { at: 9, level: 'info', source: 'compile', text: 'Right again.', place: { file } };
}

const FAILED: SiteLogEntry = { at: 5, level: 'error', source: 'handler', text: 'No.' };

describe('the error of a file', () => {
  it('is the first in it, of the latest compilation', () => {
    const errors = createSiteErrors();
    for (const line of [4, 2, 3]) errors.add(broken('routes/a.ts', line));
    expect(errors.broken.value.get('routes/a.ts')?.text).toBe('Line 2.');
    errors.add(broken('routes/a.ts', 7, 2));
    expect(errors.broken.value.get('routes/a.ts')?.text).toBe('Line 7.');
    expect([...errors.broken.value.keys()]).toEqual(['routes/a.ts']);
  });

  it('is gone when the file is right again, or saved', () => {
    const errors = createSiteErrors();
    for (const name of ['a', 'b', 'c']) errors.add(broken(`routes/${name}.ts`, 1));
    errors.add(mended('routes/a.ts'));
    errors.saved(['routes/b.ts', 'public/index.html']);
    expect([...errors.broken.value.keys()]).toEqual(['routes/c.ts']);
  });

  it('is also that of a migration that cannot be applied', () => {
    const errors = createSiteErrors();
    const file = 'migrations/0002_beds.sql';
    errors.add({ ...FAILED, source: 'database', place: { file, line: 1 } });
    expect([...errors.broken.value.keys()]).toEqual([file]);
    errors.add({ ...FAILED, source: 'database' });
    errors.saved([file]);
    expect(errors.broken.value.size).toBe(0);
  });

  it('is none that only a request had', () => {
    const errors = createSiteErrors();
    errors.add({ ...FAILED, place: { file: 'routes/a.ts', line: 1 } });
    expect(errors.broken.value.size).toBe(0);
  });

  it('is kept of a bounded number of files', () => {
    const errors = createSiteErrors();
    for (let i = 0; i < MAX_BROKEN_FILES + 10; i++) errors.add(broken(`routes/${i}.ts`, 1));
    expect(errors.broken.value.size).toBe(MAX_BROKEN_FILES);
  });
});

describe('errors beside the folded log', () => {
  it('are counted, with the latest, until the log is opened', () => {
    const errors = createSiteErrors();
    errors.add(broken('routes/a.ts', 2));
    errors.add(FAILED);
    errors.add({ at: 6, level: 'info', source: 'console', text: 'hello' });
    expect(errors.unseen.value).toBe(2);
    expect(errors.latest.value).toBe(FAILED);
    errors.showLog(true);
    errors.add(FAILED);
    expect(errors.unseen.value).toBe(0);
    expect(errors.latest.value).toBeUndefined();
    errors.showLog(false);
    errors.add(FAILED);
    expect(errors.unseen.value).toBe(1);
  });

  it('make room for the news that the file is right again', () => {
    const errors = createSiteErrors();
    errors.add(broken('routes/a.ts', 2));
    errors.add(mended('routes/b.ts'));
    expect(errors.latest.value?.level).toBe('error');
    errors.add(mended('routes/a.ts'));
    expect(errors.latest.value?.text).toBe('Right again.');
  });
});

it('describes a place with its line if there is one', () => {
  expect(describePlace({ file: 'routes/a.ts', line: 2, column: 3 })).toBe('routes/a.ts:2');
  expect(describePlace({ file: 'routes/a.ts' })).toBe('routes/a.ts');
});
