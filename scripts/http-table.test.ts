/** docs/http.md names a test for every cell; this keeps the names true. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const page = fileURLToPath(new URL('../docs/http.md', import.meta.url));

/** `[word](../e2e/file.test.ts "the test's title")` */
const REFERENCE = /\[[^\]]*\]\((\.\.\/[^ )]+\.test\.ts) "([^"]+)"\)/g;

/** Rows of the tables of behaviours, as lists of cells; other tables have other headings. */
function behaviourRows(): string[][] {
  const rows: string[][] = [];
  let inTable = false;
  for (const line of readFileSync(page, 'utf8').split('\n')) {
    if (/^\| behaviour +\| Chromium/.test(line)) inTable = true;
    else if (!line.startsWith('|')) inTable = false;
    else if (inTable && !/^\|[ -]*-/.test(line)) {
      const cells = line.split('|').slice(1, -1);
      rows.push(cells.map((cell) => cell.trim()));
    }
  }
  return rows;
}

describe('the table of behaviours in docs/http.md', () => {
  const rows = behaviourRows();

  it('has a row per behaviour, and in each cell a test or a dash with a reason', () => {
    expect(rows.length).toBeGreaterThan(50);
    for (const [behaviour = '', ...cells] of rows) {
      expect(cells, behaviour).toHaveLength(3);
      for (const cell of cells) {
        const isNamed = cell.matchAll(REFERENCE).next().done === false;
        expect(isNamed || /^– .{8,}/.test(cell), `${behaviour}: ${cell}`).toBe(true);
      }
    }
  });

  it('names tests that exist', () => {
    const missing: string[] = [];
    for (const row of rows) {
      for (const [, path = '', title = ''] of row.join(' ').matchAll(REFERENCE)) {
        const file = fileURLToPath(new URL(path, `file://${page}`));
        const source = existsSync(file) ? readFileSync(file, 'utf8') : '';
        // In the source a title stands between quotes of whatever kind, with escapes before some.
        const titles = source.replaceAll(/\\(['"`])/g, '$1');
        if (!titles.includes(title)) missing.push(`${path}: ${title}`);
      }
    }
    expect(missing).toEqual([]);
  });
});
