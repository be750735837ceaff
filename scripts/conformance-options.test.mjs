import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readOptions } from './conformance-options.mjs';

describe('the options of `npm run conformance`', () => {
  it('are those of the HTTP cache suite when there are none', () => {
    expect(readOptions([])).toEqual({
      report: 'conformance/http-cache.report.ts',
      spec: undefined,
    });
  });

  it('name a suite and the folder of its copy, in any order', () => {
    const report = 'conformance/handlebars/handlebars.report.ts';
    const spec = resolve('there');
    expect(readOptions(['handlebars', '--spec', 'there'])).toEqual({ report, spec });
    expect(readOptions(['--spec', 'there', 'handlebars'])).toEqual({ report, spec });
  });

  it('are refused without the folder, and with a suite that does not exist', () => {
    expect(() => readOptions(['todo-backend'])).toThrow('--spec FOLDER');
    expect(() => readOptions(['todo-backend', '--spec'])).toThrow('--spec FOLDER');
    expect(() => readOptions(['toString'])).toThrow('not "toString"');
    expect(() => readOptions(['handlebars', 'sqllogictest', '--spec', '.'])).toThrow('Give one of');
  });
});
