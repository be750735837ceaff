import { describe, expect, it } from 'vitest';
import { PeerServerError } from '../../protocol/errors.ts';
import { ManualClock } from '../../protocol/peers.test.support.ts';
import { createDatabaseConnection, failureText, SETTLE_MS } from './database-connection.ts';
import { memoryDatabase } from './testing/memory-database.test.support.ts';

/** Lets messages between threads arrive. */
async function settled(reached: () => boolean): Promise<void> {
  while (!reached()) await new Promise((resolve) => setImmediate(resolve));
}

describe('the connection of the page', () => {
  it('knows the tables, and asks again once for several changes', async () => {
    const { site, rows } = await memoryDatabase('CREATE TABLE t (a)');
    const clock = new ManualClock();
    const connection = createDatabaseConnection({ open: async () => site, clock });
    const ending = new AbortController();
    const following = connection.follow(ending.signal);
    await settled(() => connection.state.value.kind === 'open');
    expect(connection.tables.value.map(({ name }) => name)).toEqual(['t']);
    const [before] = connection.tables.value;

    await rows('INSERT INTO t VALUES (1)');
    await rows('INSERT INTO t VALUES (2)');
    await settled(() => clock.pending > 0);
    expect(connection.version.value).toBe(1);
    await clock.advance(SETTLE_MS);
    await settled(() => connection.version.value === 2);
    // Nothing of it is another: what is drawn stays as it is.
    expect(connection.tables.value[0]).toBe(before);

    await rows('CREATE TABLE u (a)');
    await settled(() => clock.pending > 0);
    await clock.advance(SETTLE_MS);
    await settled(() => connection.tables.value.length === 2);
    ending.abort();
    await following;
    await rows('INSERT INTO t VALUES (3)');
    expect(clock.pending).toBe(0);
  });

  it('opens the database again when it was lost', async () => {
    const first = await memoryDatabase('CREATE TABLE old (a)');
    const second = await memoryDatabase('CREATE TABLE new (a)');
    let lose = (_: PeerServerError): void => {};
    const lost = new Promise<PeerServerError>((resolve) => {
      lose = resolve;
    });
    let now = { ...bind(first.site), lost };
    const connection = createDatabaseConnection({
      open: async () => now,
      clock: new ManualClock(),
    });
    const ending = new AbortController();
    const following = connection.follow(ending.signal);
    await settled(() => connection.state.value.kind === 'open');
    now = { ...bind(second.site), lost: second.site.lost };
    lose(new PeerServerError('storage-failed', 'gone'));
    await settled(() => connection.tables.value[0]?.name === 'new');
    ending.abort();
    await following;
  });

  it('says why the database cannot be opened', async () => {
    const open = () => Promise.reject(new PeerServerError('storage-failed', 'No room.'));
    const connection = createDatabaseConnection({ open, clock: new ManualClock() });
    await connection.follow(new AbortController().signal);
    expect(connection.state.value).toEqual({ kind: 'failed', message: 'No room.' });
  });
});

it('tells a failure with the hint of the database', async () => {
  const { rows } = await memoryDatabase('CREATE TABLE t (name)');
  const failure = await rows('SELECT nmae FROM t').catch((thrown: unknown) => thrown);
  expect(failureText(failure)).toBe(
    'no such column: nmae. The table "t" has the columns name. Did you mean "name"?',
  );
  expect(failureText(new PeerServerError('cancelled', 'Given up.'))).toBe('Given up.');
});

function bind(site: Awaited<ReturnType<typeof memoryDatabase>>['site']) {
  return {
    connect: () => site.connect(),
    migrate: site.migrate.bind(site),
    query: site.query.bind(site),
    batch: site.batch.bind(site),
    script: site.script.bind(site),
    insertRows: site.insertRows.bind(site),
    backup: site.backup.bind(site),
    restore: site.restore.bind(site),
    subscribe: site.subscribe.bind(site),
    close: site.close.bind(site),
  };
}
