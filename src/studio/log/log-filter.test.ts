import { describe, expect, it } from 'vitest';
import { filterLog, type LogChoice, NO_FILTER } from './log-filter.ts';
import { messageEntry, requestEntry } from './testing/log-entries.ts';

const ENTRIES = [
  requestEntry(6, { target: '/style.css' }),
  requestEntry(5, { target: '/Sea%20side.jpg', status: 404, visitor: 'Visitor 2' }),
  messageEntry(4, {
    level: 'error',
    source: 'handler',
    text: 'itmes is not defined',
    hint: 'Did you mean “items”?',
    place: { file: 'routes/list.ts', line: 7 },
    request: 'GET /list',
  }),
  messageEntry(3, { level: 'warn', text: 'Old cookie' }),
  requestEntry(2, { method: 'POST', target: '/order', status: 200, problem: 'the visitor left' }),
  requestEntry(1, { target: '/', status: 503, visitor: 'Visitor 2' }),
];

function shown(choice: LogChoice, text = ''): number[] {
  return filterLog(ENTRIES, { choice, text }).map(({ id }) => id);
}

describe('the filter of the log', () => {
  it('lets everything through at first, as the same list', () => {
    expect(filterLog(ENTRIES, NO_FILTER)).toBe(ENTRIES);
    expect(filterLog(ENTRIES, { choice: 'all', text: '  ' })).toBe(ENTRIES);
  });

  it.each([
    ['requests', [6, 5, 2, 1]],
    ['errors', [5, 4, 2, 1]],
    ['console', [4, 3]],
  ] as const)('has a quick choice for %s', (choice, ids) => {
    expect(shown(choice)).toEqual(ids);
  });

  it.each([
    ['post', [2]],
    ['SEA', [5]],
    ['404', [5]],
    ['visitor 2', [5, 1]],
    ['left', [2]],
    ['list.ts:7', [4]],
    ['get /list', [4]],
    ['did you mean', [4]],
    ['cookie', [3]],
    [' 503  ', [1]],
    ['/order 200', [2]],
    ['nowhere', []],
  ] as const)('finds “%s”', (text, ids) => {
    expect(shown('all', text)).toEqual(ids);
  });

  it('takes choice and text together', () => {
    expect(shown('errors', 'visitor 2')).toEqual([5, 1]);
    expect(shown('console', 'visitor 2')).toEqual([]);
  });
});
