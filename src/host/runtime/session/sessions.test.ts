import { afterEach, describe, expect, it } from 'vitest';
import type { Integers } from '../d1.ts';
import { RUNTIME_LIMITS } from '../limits.ts';
import { type MemoryDatabase, memoryDatabase } from '../testing/memory-database.ts';
import { sessionText } from './session-data.ts';
import { Sessions } from './sessions.ts';

const LIFETIME = 10_000;

const databases: MemoryDatabase[] = [];
afterEach(() => {
  for (const { close } of databases.splice(0)) close();
});

async function sessions(limits = RUNTIME_LIMITS, integers: Integers = 'number') {
  const opened = await memoryDatabase(integers);
  databases.push(opened);
  const { db: database, statements } = opened;
  const clock = { now: 1_700_000_000_000 };
  const made = new Sessions({ database, lifetimeMs: LIFETIME, now: () => clock.now, limits });
  const rows = async () =>
    Number(await database.prepare('SELECT count(*) AS n FROM _sessions').first('n'));
  return { made, database, statements, clock, rows };
}

/** The id in a Set-Cookie field. */
function idOf(cookie: string | undefined): string {
  return /^session=([^;]*)/.exec(cookie ?? '')?.[1] ?? '';
}

async function begin(made: Sessions, values: Record<string, unknown>, visitor = 'ada') {
  const held = await made.hold(undefined, visitor, false);
  Object.assign(held.session, values);
  const cookie = await held.save();
  held.release();
  return { id: idOf(cookie), cookie };
}

describe('a session', () => {
  it('costs no query and no cookie as long as nothing is put in', async () => {
    const { made, statements } = await sessions();
    const held = await made.hold(undefined, 'ada', false);
    expect(await held.save()).toBeUndefined();
    expect(statements).toEqual([]);
  });

  it('comes back with what was put in, without another cookie', async () => {
    const { made } = await sessions();
    const { id, cookie } = await begin(made, { name: 'Ada', cart: [1, { a: null }] });
    expect(cookie).toBe(`session=${id}; Path=/; Max-Age=10; HttpOnly; SameSite=Lax`);
    const held = await made.hold(id, 'ada', false);
    expect({ ...held.session }).toEqual({ name: 'Ada', cart: [1, { a: null }] });
    expect(await held.save()).toBeUndefined();
  });

  it('comes back where the site has all integers as bigint', async () => {
    const { made } = await sessions(RUNTIME_LIMITS, 'bigint');
    const { id } = await begin(made, { count: 1 });
    const held = await made.hold(id, 'ada', false);
    expect({ ...held.session }).toEqual({ count: 1 });
    expect(await held.save()).toBeUndefined();
  });

  it('is secure where the site is', async () => {
    const { made } = await sessions();
    const held = await made.hold(undefined, 'ada', true);
    held.session.a = 1;
    expect(await held.save()).toContain('; Secure');
  });

  it('is worth nothing to another visitor, even while its owner’s request runs', async () => {
    const { made } = await sessions();
    const { id } = await begin(made, { secret: 1 });
    const owner = await made.hold(id, 'ada', false);
    const thief = await made.hold(id, 'eve', false);
    expect({ ...thief.session }).toEqual({});
    thief.session.mine = 1;
    expect(idOf(await thief.save())).not.toBe(id);
    expect({ ...owner.session }).toEqual({ secret: 1 });
  });

  it('never takes an id that the visitor made up', async () => {
    const { made } = await sessions();
    const invented = 'A'.repeat(32);
    const held = await made.hold(invented, 'ada', false);
    held.session.a = 1;
    expect(idOf(await held.save())).not.toBe(invented);
  });

  it('loses no writes of requests at the same time', async () => {
    const { made } = await sessions();
    const { id } = await begin(made, { start: 1 });
    const [one, two] = await Promise.all([
      made.hold(id, 'ada', false),
      made.hold(id, 'ada', false),
    ]);
    one.session.one = 1;
    two.session.two = 2;
    await Promise.all([one.save(), two.save()]);
    one.release();
    const three = await made.hold(id, 'ada', false);
    three.session.three = 3;
    two.release();
    await three.save();
    three.release();
    const last = await made.hold(id, 'ada', false);
    expect({ ...last.session }).toEqual({ start: 1, one: 1, two: 2, three: 3 });
  });

  it('is kept before either of two requests that put the same in is answered', async () => {
    const { made, database } = await sessions();
    const { id } = await begin(made, { start: 1 });
    const one = await made.hold(id, 'ada', false);
    const two = await made.hold(id, 'ada', false);
    one.session.a = 1;
    const { prepare } = database;
    database.prepare = () => {
      throw new Error('closed');
    };
    const saves = [one.save(), two.save()];
    await Promise.all(saves.map((save) => expect(save).rejects.toThrow('closed')));
    database.prepare = prepare;
    await two.save();
    one.release();
    two.release();
    expect({ ...(await made.hold(id, 'ada', false)).session }).toEqual({ start: 1, a: 1 });
  });

  it('loses no change that is saved while its first contents are on their way', async () => {
    const { made } = await sessions();
    const { id } = await begin(made, { start: 1 });
    const one = await made.hold(id, 'ada', false);
    const two = await made.hold(id, 'ada', false);
    one.session.destroy();
    one.session.a = 1;
    const first = one.save();
    two.session.b = 2;
    const second = two.save();
    const next = idOf(await first);
    expect(idOf(await second)).toBe(next);
    one.release();
    two.release();
    const last = await made.hold(next, 'ada', false);
    expect({ ...last.session }).toEqual({ a: 1, b: 2 });
  });

  it('does not come back when it is destroyed while its first contents are on their way', async () => {
    const { made, database, rows } = await sessions();
    await begin(made, { other: 1 });
    const held = await made.hold(undefined, 'ada', false);
    held.session.a = 1;
    const { prepare } = database;
    database.prepare = (sql) => {
      if (sql.startsWith('INSERT')) held.session.destroy();
      return prepare(sql);
    };
    await held.save();
    database.prepare = prepare;
    await held.save();
    expect(await rows()).toBe(1);
  });

  it('is forgotten by destroy(), and its id is worth nothing from then on', async () => {
    const { made, rows } = await sessions();
    const { id } = await begin(made, { name: 'Ada' });
    const held = await made.hold(id, 'ada', false);
    held.session.destroy();
    const later = await made.hold(id, 'ada', false);
    expect({ ...later.session }).toEqual({});
    expect(await held.save()).toContain('session=; Path=/; Max-Age=0');
    expect(await rows()).toBe(0);
  });

  it('begins with a new id when something is put in after destroy()', async () => {
    const { made, rows } = await sessions();
    const { id } = await begin(made, { name: 'Ada' });
    const held = await made.hold(id, 'ada', false);
    held.session.destroy();
    held.session.name = 'Bob';
    const next = idOf(await held.save());
    expect(next).not.toBe(id);
    held.release();
    const again = await made.hold(next, 'ada', false);
    expect({ ...again.session }).toEqual({ name: 'Bob' });
    expect(await rows()).toBe(1);
  });

  it('shows destroy to nobody who lists its contents', async () => {
    const { made } = await sessions();
    const { session } = await made.hold(undefined, 'ada', false);
    expect([Object.keys(session), JSON.stringify(session), 'destroy' in { ...session }]).toEqual([
      [],
      '{}',
      false,
    ]);
  });

  it('ends when it is not used, and lives on when it is', async () => {
    const { made, clock } = await sessions();
    const { id } = await begin(made, { a: 1 });
    clock.now += LIFETIME / 2;
    const held = await made.hold(id, 'ada', false);
    expect(idOf(await held.save())).toBe(id);
    held.release();
    clock.now += LIFETIME - 1;
    const again = await made.hold(id, 'ada', false);
    expect({ ...again.session }).toEqual({ a: 1 });
    again.release();
    clock.now += LIFETIME;
    expect({ ...(await made.hold(id, 'ada', false)).session }).toEqual({});
  });

  it('is tried again after the database failed', async () => {
    const { made, database } = await sessions();
    const { prepare } = database;
    database.prepare = () => {
      throw new Error('closed');
    };
    const held = await made.hold(undefined, 'ada', false);
    held.session.a = 1;
    await expect(held.save()).rejects.toThrow('closed');
    database.prepare = prepare;
    expect(idOf(await held.save())).not.toBe('');
  });

  it('pushes out the visitor’s oldest, and those that have expired', async () => {
    const { made, clock, rows } = await sessions({ ...RUNTIME_LIMITS, sessionsPerVisitor: 2 });
    const ids: string[] = [];
    for (let count = 0; count < 3; count += 1) {
      clock.now += 1;
      ids.push((await begin(made, { count })).id);
    }
    await begin(made, { other: 1 }, 'bob');
    expect(await rows()).toBe(3);
    expect({ ...(await made.hold(ids[0], 'ada', false)).session }).toEqual({});
  });

  it('is bounded in number over all visitors', async () => {
    const { made, rows } = await sessions({ ...RUNTIME_LIMITS, sessions: 3 });
    for (let count = 0; count <= 256; count += 1) await begin(made, { count }, `visitor ${count}`);
    expect(await rows()).toBe(3);
  });
});

describe('what a session may hold', () => {
  const loop: Record<string, unknown> = {};
  loop.inside = { loop };
  it.each<[string, Record<string, unknown>, string]>([
    ['a Map', { cart: new Map() }, '`session.cart` is a Map'],
    ['a Date', { since: [new Date()] }, '`session.since[0]` is a Date'],
    ['a function', { a: { b: () => {} } }, '`session.a.b` is a function'],
    ['a bigint', { n: 1n }, '`session.n` is a bigint'],
    ['NaN', { n: Number.NaN }, '`session.n` is NaN'],
    ['a promise', { user: Promise.resolve() }, 'an `await` is missing'],
    ['itself', loop, 'holds itself'],
    ['too much', { text: 'ü'.repeat(32 * 1024) }, 'at most 65536'],
  ])('is not %s', (_, contents, text) => {
    expect(() => sessionText(contents)).toThrow(text);
  });

  it('is plain data, and undefined is left out', () => {
    const contents = { a: 1, b: 'x', c: [true, null], d: { e: undefined }, f: Object.create(null) };
    expect(sessionText(contents)).toBe('{"a":1,"b":"x","c":[true,null],"d":{},"f":{}}');
  });

  it('may name the same thing twice', () => {
    const item = { id: 1 };
    expect(sessionText({ one: item, two: item })).toBe('{"one":{"id":1},"two":{"id":1}}');
  });
});
