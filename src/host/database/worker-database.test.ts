import { afterEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../protocol/peers.test.support.ts';
import { connectD1 } from '../runtime/d1.ts';
import { runDatabaseWorker } from './run-database-worker.ts';
import type { SiteDatabase } from './site-database.ts';
import { memoryStorage } from './testing/node-storages.ts';
import { openWorkerDatabase, type WorkerDatabaseOptions } from './worker-database.ts';
import type { FromWorker, ToWorker } from './worker-messages.ts';

const never = new AbortController().signal;
const open: SiteDatabase[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((database) => database.close()));
});

async function openWith(options: Partial<WorkerDatabaseOptions>): Promise<SiteDatabase> {
  const database = await openWorkerDatabase({
    start: (control) => {
      void runDatabaseWorker(control, () => memoryStorage().open());
      return { terminate: async () => {} };
    },
    signal: never,
    ...options,
  });
  open.push(database);
  return database;
}

/** A thread that opens and then says nothing more, unless the test makes it. */
function muteThread() {
  const thread = {
    asked: [] as ToWorker[],
    terminated: 0,
    tell: (_: FromWorker): void => {},
    die: (_: unknown): void => {},
    start: (control: MessagePort, onDeath: (cause: unknown) => void) => {
      control.addEventListener('message', (event) => thread.asked.push(event.data));
      control.start();
      thread.tell = (message) => control.postMessage(message);
      thread.die = onDeath;
      thread.tell({ kind: 'opened' });
      return {
        terminate: async () => {
          thread.terminated += 1;
          control.close();
        },
      };
    },
  };
  return thread;
}

describe('a database in a worker', () => {
  it('tells of changes once per change, and not when rows are only read', async () => {
    const database = await openWith({});
    let changes = 0;
    const changed = () =>
      new Promise<void>((resolve) => {
        const stop = database.subscribe(() => {
          changes += 1;
          stop();
          resolve();
        });
      });
    const first = changed();
    await database.query({ sql: 'SELECT 1', values: [] }, never);
    expect(changes).toBe(0);
    await database.query({ sql: 'CREATE TABLE t (a)', values: [] }, never);
    await first;
    const second = changed();
    await database.restore(await database.backup(never), never);
    await second;
    expect(changes).toBe(2);
  });

  it('refuses the ports of an old sandbox after a restore, and takes those of the next', async () => {
    const database = await openWith({});
    const [old, kept] = [database.connect(), database.connect()];
    const count = (port: MessagePort) =>
      connectD1(port, 'number').prepare('SELECT 1 AS n').first('n');
    expect(await count(old)).toBe(1);
    await expect(database.restore(new Uint8Array(600), never)).rejects.toThrow();
    expect(await count(kept)).toBe(1);
    await database.restore(await database.backup(never), never);
    await expect(count(old)).rejects.toThrow('replaced by a backup');
    const next = database.connect();
    expect(await count(next)).toBe(1);
    for (const port of [old, kept, next]) port.close();
  });

  it('gives each sandbox a port of its own', async () => {
    const database = await openWith({});
    const ports = [database.connect(), database.connect()];
    const answers = ports.map((port) =>
      connectD1(port, 'number').prepare('SELECT 1 AS n').first('n'),
    );
    expect(await Promise.all(answers)).toEqual([1, 1]);
    for (const port of ports) port.close();
  });

  it('rejects what nobody waits for any more', async () => {
    const thread = muteThread();
    const database = await openWith({ start: thread.start });
    const giveUp = new AbortController();
    const backup = database.backup(giveUp.signal);
    giveUp.abort();
    await expect(backup).rejects.toMatchObject({ code: 'cancelled' });
    thread.die('end of the test');
  });

  it('is lost when its thread dies: what is under way rejects, and all that comes later', async () => {
    const thread = muteThread();
    const database = await openWith({ start: thread.start });
    const underWay = database.backup(never);
    thread.die(new Error('out of memory'));
    await expect(underWay).rejects.toThrow('out of memory');
    expect((await database.lost).message).toContain(
      'whether what was under way was done is not known',
    );
    await expect(database.backup(never)).rejects.toMatchObject({ code: 'storage-failed' });
    expect(thread.terminated).toBe(1);
  });

  it('is ended when it hangs, and not while it says that it is alive', async () => {
    const thread = muteThread();
    const clock = new ManualClock();
    const database = await openWith({ start: thread.start, clock });
    let isLost = false;
    void database.lost.then(() => {
      isLost = true;
    });
    const untilAsked = async (pings: number) => {
      while (thread.asked.length < pings) await new Promise((resolve) => setImmediate(resolve));
    };
    for (let ping = 1; ping <= 4; ping++) await clock.advance(5000);
    await untilAsked(4);
    expect(isLost).toBe(false);
    // Listened to by the host before the next question is due.
    const heard = database.backup(never);
    await untilAsked(5);
    thread.tell({ kind: 'done', id: 1, value: new Uint8Array(1) });
    await heard;
    for (let ping = 1; ping <= 4; ping++) await clock.advance(5000);
    await untilAsked(9);
    expect(isLost).toBe(false);
    await clock.advance(5000);
    expect((await database.lost).message).toContain('it hung');
    expect(thread.terminated).toBe(1);
  });

  it('is lost when SQLite itself breaks', async () => {
    const thread = muteThread();
    const database = await openWith({ start: thread.start });
    thread.tell({ kind: 'broken', message: 'RuntimeError: unreachable' });
    expect((await database.lost).message).toContain('unreachable');
  });

  it('says why it could not be opened', async () => {
    const opening = openWith({
      start: (control) => {
        void runDatabaseWorker(control, () => Promise.reject(new Error('no room')));
        return { terminate: async () => {} };
      },
    });
    await expect(opening).rejects.toMatchObject({ code: 'storage-failed', message: 'no room' });
  });
});
