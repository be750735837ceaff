import { describe, expect, it } from 'vitest';
import {
  DEFAULT_SETTINGS,
  MAX_FETCH_ORIGINS,
  MAX_SETTINGS_LENGTH,
  MAX_VARIABLES,
  parseSettings,
} from './parse-settings.ts';

describe('parseSettings', () => {
  it('has defaults for all that is not said', () => {
    const parsed = parseSettings('{ "format": 1 }', 0);
    expect(parsed).toEqual({ ok: true, settings: DEFAULT_SETTINGS, warnings: [] });
  });

  it('reads everything', () => {
    const text = JSON.stringify({
      format: 1,
      development: true,
      fetch: ['https://api.example', 'wss://live.example:8443/'],
      answerSeconds: 2.5,
      variables: { GREETING: 'Hello' },
      integers: 'bigint',
      sessionDays: 1,
      packages: 'https://cdn.example/esm/',
    });
    expect(parseSettings(text, 0)).toEqual({
      ok: true,
      warnings: [],
      settings: {
        format: 1,
        development: true,
        outboundFetch: ['https://api.example', 'wss://live.example:8443'],
        answerTimeoutMs: 2500,
        variables: { GREETING: 'Hello' },
        integers: 'bigint',
        sessionLifetimeMs: 86_400_000,
        packagesFrom: 'https://cdn.example/esm',
      },
    });
  });

  it('warns of keys that mean nothing, with their line, and goes on', () => {
    const parsed = parseSettings('{\n  "format": 1,\n  "developement": true\n}', 7);
    expect(parsed).toMatchObject({
      ok: true,
      settings: { development: false },
      warnings: [
        {
          at: 7,
          level: 'warn',
          text: '"developement" means nothing here.',
          place: { file: 'peerserver.json', line: 3, lineText: '  "developement": true' },
        },
      ],
    });
  });

  it('warns when the format is not said', () => {
    expect(parseSettings('{}', 0)).toMatchObject({ ok: true, warnings: [{ level: 'warn' }] });
  });

  it.each([
    ['"format": 2', 'format'],
    ['"development": "yes"', 'development'],
    ['"fetch": "nnone"', 'fetch'],
    ['"fetch": ["https://api.example/path"]', 'fetch'],
    ['"fetch": ["api.example"]', 'fetch'],
    ['"fetch": ["https://user:secret@api.example"]', 'fetch'],
    ['"fetch": ["file:///etc/passwd"]', 'fetch'],
    ['"fetch": ["https://a.example; script-src *"]', 'fetch'],
    ['"answerSeconds": 0', 'answerSeconds'],
    ['"answerSeconds": 1e9', 'answerSeconds'],
    ['"sessionDays": "30"', 'sessionDays'],
    ['"integers": "string"', 'integers'],
    ['"variables": ["a"]', 'variables'],
    ['"variables": { "A": 1 }', '"A" is not a text'],
    ['"variables": { "DB": "x" }', 'called "DB"'],
    ['"variables": { "__proto__.x": "x" }', '__proto__.x'],
    ['"packages": "http://cdn.example"', 'packages'],
    ['"packages": "javascript:alert(1)"', 'packages'],
  ])('refuses %s, with its line', (line, text) => {
    const parsed = parseSettings(`{\n"integers": "number",\n${line}\n}`, 0);
    expect(parsed.ok).toBe(false);
    const problems = parsed.ok ? [] : parsed.problems.filter(({ level }) => level === 'error');
    expect(problems).toMatchObject([
      { level: 'error', text: expect.stringContaining(text), place: { line: 3 } },
    ]);
  });

  it.each([
    ['{\n  "format": 1,\n}', 3],
    ['{\n  "format": 1\n  "fetch": "all"\n}', 3],
    ['{\n  "format": 1', 2],
    ['', 1],
  ])('says in which line %j is no JSON', (text, line) => {
    expect(parseSettings(text, 0)).toMatchObject({
      ok: false,
      problems: [{ text: 'This is not JSON.', place: { file: 'peerserver.json', line } }],
    });
  });

  it.each(['[]', 'null', '"text"', '1'])('refuses %s, which is no object', (text) => {
    expect(parseSettings(text, 0)).toMatchObject({ ok: false, problems: [{ level: 'error' }] });
  });

  it('refuses more text, origins and variables than anybody needs', () => {
    const long = `{ "format": 1, "x": "${'x'.repeat(MAX_SETTINGS_LENGTH)}" }`;
    const origins = Array.from(
      { length: MAX_FETCH_ORIGINS + 1 },
      (_, n) => `https://a${n}.example`,
    );
    const names = Array.from({ length: MAX_VARIABLES + 1 }, (_, n) => [`A${n}`, '']);
    for (const text of [
      long,
      JSON.stringify({ format: 1, fetch: origins }),
      JSON.stringify({ format: 1, variables: Object.fromEntries(names) }),
    ]) {
      expect(parseSettings(text, 0).ok).toBe(false);
    }
  });

  it('shortens a key that is as long as the file', () => {
    const parsed = parseSettings(JSON.stringify({ format: 1, ['k'.repeat(50_000)]: 1 }), 0);
    expect(JSON.stringify(parsed).length).toBeLessThan(2000);
  });
});
