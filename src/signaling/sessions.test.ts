import { describe, expect, it } from 'vitest';
import { parseSiteName, type SiteName } from '../address/site-name.ts';
import { ManualClock } from '../protocol/testing/manual-clock.ts';
import { DEFAULT_LIMITS, type SignalingLimits } from './limits.ts';
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

function createTable(limits: Partial<SignalingLimits> = {}) {
  const clock = new ManualClock();
  const table = new SessionTable(clock, { ...DEFAULT_LIMITS, ...limits });
  const open = (name = GARDEN): Session => {
    const session = table.open(name, visitor);
    if (!session) throw new Error('No room for a session.');
    return session;
  };
  return { clock, table, open };
}

describe('SessionTable', () => {
  it('keeps a session for its time after the visitor hung up, and no longer', () => {
    const { clock, table, open } = createTable();
    const session = open();
    clock.advance(10 * DEFAULT_LIMITS.sessionMs);
    table.detach(session);
    clock.advance(DEFAULT_LIMITS.sessionMs);
    expect(table.findByToken(session.id, session.token)).toBe(session);
    clock.advance(1);
    expect(table.findByToken(session.id, session.token)).toBeUndefined();
    expect(table.size).toBe(0);
  });

  it('begins the time anew at each hang-up', () => {
    const { clock, table, open } = createTable();
    const session = open();
    table.detach(session);
    clock.advance(DEFAULT_LIMITS.sessionMs);
    expect(table.reattach(session, visitor)).toBe(true);
    clock.advance(DEFAULT_LIMITS.sessionMs);
    table.detach(session);
    clock.advance(DEFAULT_LIMITS.sessionMs);
    expect(table.find(session.id)).toBe(session);
  });

  it('makes room by dropping the one that was left longest ago', () => {
    const { table, open } = createTable({ sessions: 3 });
    const [first, second, third] = [open(), open(), open()];
    expect(table.open(GARDEN, visitor)).toBeUndefined();
    table.detach(second);
    table.detach(first);
    open();
    expect(table.find(second.id)).toBeUndefined();
    expect(table.find(first.id)).toBe(first);
    expect(table.find(third.id)).toBe(third);
    expect(table.size).toBe(3);
  });

  it('has only so many visitors of one host waiting, and others of another host', () => {
    const { table, open } = createTable({ waitingPerHost: 2 });
    const [first] = [open(), open()];
    expect(table.open(GARDEN, visitor)).toBeUndefined();
    open(nameOf('meadow'));
    table.detach(first);
    open();
    expect(table.reattach(first, visitor)).toBe(false);
    expect(table.attachedTo(GARDEN)).toHaveLength(2);
  });

  it('gives every session an id and a token that cannot be guessed', () => {
    const { open } = createTable();
    const texts = new Set(
      Array.from({ length: 50 }, open.bind(undefined, GARDEN)).flatMap((s) => [s.id, s.token]),
    );
    expect(texts.size).toBe(100);
    for (const text of texts) expect(text).toMatch(/^[\w-]{22}$/);
  });
});
