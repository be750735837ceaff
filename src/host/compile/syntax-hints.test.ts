import { describe, expect, it } from 'vitest';
import { exportHint, runtimeImportProblem, syntaxHint } from './syntax-hints.ts';

describe('the likely cause of a syntax error', () => {
  it.each([
    ['Unterminated string literal', 'quotation mark'],
    ['Unterminated regular expression', 'missing `}`'],
    ['Unexpected end of file', 'not closed'],
    ['Expected ")" but found "{"', 'closing bracket'],
    ['Expected ";" but found "is"', 'right before'],
    ['Unexpected "+"', 'right before'],
  ])('of %s is told', (message, text) => {
    expect(syntaxHint(message)).toContain(text);
  });

  it('is left out where the message says enough', () => {
    expect(syntaxHint('The symbol "a" has already been declared')).toBeUndefined();
  });
});

describe('a name that peerserver does not export', () => {
  const told = (name: string) =>
    runtimeImportProblem(`No matching export in "peerserver:runtime" for import "${name}"`);

  it('is told with where it comes from, or what was meant', () => {
    expect(told('render')).toEqual({
      text: 'peerserver has no `render`.',
      hint: "`render` comes in the handler's argument: `export function GET({ render })`.",
    });
    expect(told('redirct')?.hint).toBe('Did you mean `redirect`?');
    expect(told('default')?.hint).toContain('in braces');
    expect(told('useState')?.hint).toMatch(/^It has `redirect`, `notFound`/);
    expect(runtimeImportProblem('Unexpected "+"')).toBeUndefined();
  });
});

describe('the likely cause of an export that is not there', () => {
  const files: Record<string, string> = {
    'lib/a.ts':
      'export async function listItems() {}\nexport const size = 1;\nfunction hidden() {}',
  };
  const hint = (name: string, file = 'lib/a.ts') =>
    exportHint(`No matching export in "site:${file}" for import "${name}"`, (path) => files[path]);

  it('is the nearest name, a missing `export`, or the braces', () => {
    expect(hint('listItem')).toBe('Did you mean `listItems`?');
    expect(hint('hidden')).toContain('Write `export` before `hidden` in lib/a.ts');
    expect(hint('default')).toContain('in braces');
  });

  it('is unknown for what is no file of the site', () => {
    expect(hint('x', 'other.ts')).toBeUndefined();
    expect(exportHint('Unexpected "+"', () => '')).toBeUndefined();
  });
});
