import { describe, expect, it } from 'vitest';
import { parseSiteName, type SiteName } from '../address/site-name.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import type { Peer } from './peer.ts';
import { type Session, SessionTable } from './sessions.ts';

function nameOf(input: string): SiteName {
  const parsed = parseSiteName(input);
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.name;
}

const GARDEN = nameOf('garden');
/** The table only remembers who it is. */
const visitor = {} as Peer;

function createTable(waitingPerHost = DEFAULT_LIMITS.waitingPerHost) {
  const table = new SessionTable({ ...DEFAULT_LIMITS, waitingPerHost });
  const open = (name = GARDEN): Session => {
    const session = table.open(name, visitor);
    if (!session) throw new Error('No room for a session.');
    return session;
  };
  return { table, open };
}

describe('SessionTable', () => {
  it('forgets a session that ends, and no other', () => {
    const { table, open } = createTable();
    const [first, second] = [open(), open()];
    table.end(first);
    table.end(first);
    expect(table.find(first.id)).toBeUndefined();
    expect(table.find(second.id)).toBe(second);
    expect(table.of(GARDEN)).toEqual([second]);
    expect(table.size).toBe(1);
  });

  it('has only so many visitors of one host waiting, and others of another host', () => {
    const { table, open } = createTable(2);
    const [first] = [open(), open()];
    expect(table.open(GARDEN, visitor)).toBeUndefined();
    open(nameOf('meadow'));
    table.end(first);
    open();
    expect(table.open(GARDEN, visitor)).toBeUndefined();
    expect(table.of(GARDEN)).toHaveLength(2);
  });

  it('gives every session an id that cannot be guessed', () => {
    const { open } = createTable();
    const ids = new Set(Array.from({ length: 50 }, () => open().id));
    expect(ids.size).toBe(50);
    for (const id of ids) expect(id).toMatch(/^[\w-]{22}$/);
  });
});
