import { describe, expect, it } from 'vitest';
import { parseDynamicOptions } from './options.ts';

describe('parseDynamicOptions', () => {
  it('measures five rounds of a second each in both hosts by default', () => {
    expect(parseDynamicOptions(['--dynamic'])).toEqual({
      rounds: 5,
      ms: 1000,
      atOnce: 16,
      browser: 'chromium',
      hosts: ['tab', 'node'],
      json: undefined,
    });
  });

  it('takes what it is given', () => {
    const args = [
      '--rounds',
      '2',
      '--milliseconds',
      '300',
      '--at-once',
      '4',
      '--hosts',
      'node,node',
    ];
    expect(parseDynamicOptions([...args, '--browser', 'firefox', '--json', 'a.json'])).toEqual({
      rounds: 2,
      ms: 300,
      atOnce: 4,
      browser: 'firefox',
      hosts: ['node'],
      json: 'a.json',
    });
  });

  it.each([
    [['--rounds', '0']],
    [['--milliseconds', '60000']],
    [['--at-once', 'many']],
    [['--browser', 'safari']],
    [['--hosts', '']],
    [['--hosts', 'tab,cloud']],
    [['--unknown']],
    [['stray']],
  ])('refuses %j', (args) => {
    expect(() => parseDynamicOptions(args)).toThrow();
  });

  it('says nothing but help when asked for it', () => {
    expect(parseDynamicOptions(['--dynamic', '--help'])).toBeUndefined();
  });
});
