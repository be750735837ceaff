import { describe, expect, it } from 'vitest';
import { parseOptions } from './options.ts';

describe('parseOptions', () => {
  it('measures five pairs of 192 MiB and 300 requests in Chromium by default', () => {
    expect(parseOptions([])).toEqual({
      pairs: 5,
      bulkBytes: 192 * 1024 * 1024,
      requests: 300,
      browser: 'chromium',
      hosts: ['tab', 'node'],
      against: undefined,
      port: 0,
      json: undefined,
      profile: undefined,
    });
  });

  it('takes what it is given', () => {
    const args = ['--pairs', '7', '--megabytes', '8', '--browser', 'firefox', '--hosts', 'node'];
    expect(parseOptions(args)).toMatchObject({
      pairs: 7,
      bulkBytes: 8 * 1024 * 1024,
      browser: 'firefox',
      hosts: ['node'],
    });
  });

  it('measures an earlier commit last when one is named', () => {
    expect(parseOptions(['--hosts', 'tab', '--against', 'HEAD~1'])).toMatchObject({
      hosts: ['tab', 'earlier'],
      against: 'HEAD~1',
    });
  });

  it.each([
    [['--pairs', '0']],
    [['--pairs', '2.5']],
    [['--megabytes', 'many']],
    [['--browser', 'safari']],
    [['--hosts', '']],
    [['--hosts', 'tab,cloud']],
    [['--unknown']],
    [['stray']],
  ])('refuses %j', (args) => {
    expect(() => parseOptions(args)).toThrow();
  });

  it('says nothing but help when asked for it', () => {
    expect(parseOptions(['--help'])).toBeUndefined();
  });
});
