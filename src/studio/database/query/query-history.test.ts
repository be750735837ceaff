import { describe, expect, it } from 'vitest';
import {
  createQueryHistory,
  forgetQueries,
  MAX_QUERIES,
  MAX_QUERY_LENGTH,
  parseQueries,
} from './query-history.ts';

function memoryStorage() {
  const kept = new Map<string, string>();
  return {
    kept,
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, text: string) => void kept.set(name, text),
    removeItem: (name: string) => void kept.delete(name),
  };
}

function open(storage = memoryStorage(), serverName = 'garden') {
  let at = 0;
  return createQueryHistory({ storage, serverName, now: () => ++at });
}

describe('the history of queries', () => {
  it('is kept for each server, newest first, each query once', () => {
    const storage = memoryStorage();
    const history = open(storage);
    for (const sql of ['one', ' two ', 'one', '', '  ']) history.add(sql);
    expect(open(storage).queries.value).toEqual([
      { sql: 'one', at: 3 },
      { sql: 'two', at: 2 },
    ]);
    expect(open(storage, 'meadow').queries.value).toEqual([]);
    history.clear();
    expect(open(storage).queries.value).toEqual([]);
  });

  it('is bounded', () => {
    const history = open();
    for (let number = 0; number < MAX_QUERIES + 5; number++) history.add(`SELECT ${number}`);
    history.add('x'.repeat(MAX_QUERY_LENGTH + 1));
    expect(history.queries.value).toHaveLength(MAX_QUERIES);
    expect(history.queries.value[0]?.sql).toBe(`SELECT ${MAX_QUERIES + 4}`);
  });

  it('keeps what stands in the editor', () => {
    const storage = memoryStorage();
    open(storage).keepDraft('SELECT 1');
    expect(open(storage).draft()).toBe('SELECT 1');
    expect(open(storage, 'meadow').draft()).toBe('');
  });

  it('keeps a long text whole as long as the page lives', () => {
    const storage = memoryStorage();
    const history = open(storage);
    const long = 'x'.repeat(MAX_QUERY_LENGTH + 1);
    history.keepDraft(long);
    expect(history.draft()).toBe(long);
    expect(open(storage).draft()).toBe(long.slice(0, MAX_QUERY_LENGTH));
  });

  it('goes with its server', () => {
    const storage = memoryStorage();
    for (const name of ['garden', 'meadow']) {
      open(storage, name).add('one');
      open(storage, name).keepDraft('two');
    }
    forgetQueries(storage, 'garden');
    expect(open(storage).queries.value).toEqual([]);
    expect(open(storage).draft()).toBe('');
    expect(open(storage, 'meadow').draft()).toBe('two');
  });

  it('works without storage', () => {
    const refuse = () => {
      throw new Error('forbidden');
    };
    const storage = { kept: new Map(), getItem: refuse, setItem: refuse, removeItem: refuse };
    const history = open(storage);
    history.add('one');
    history.keepDraft('two');
    expect(history.queries.value).toHaveLength(1);
    expect(history.draft()).toBe('two');
    expect(open(storage).draft()).toBe('');
    forgetQueries(storage, 'garden');
  });

  it.each([
    null,
    'no JSON',
    '{}',
    '[null, 1, "x", {}, {"sql": 1, "at": 1}, {"sql": "x"}, {"sql": "x", "at": null}]',
    JSON.stringify([{ sql: 'x'.repeat(MAX_QUERY_LENGTH + 1), at: 1 }]),
  ])('takes nothing from %.40s', (stored) => {
    expect(parseQueries(stored)).toEqual([]);
  });

  it('takes no more than it would keep', () => {
    const many = JSON.stringify(Array.from({ length: 1000 }, () => ({ sql: 'x', at: 1 })));
    expect(parseQueries(many)).toHaveLength(MAX_QUERIES);
  });
});
