import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PeerServerError } from '../protocol/errors.ts';
import { type OpenedSite, StandInSite } from './testing/stand-in-site.ts';

const FILES = { 'peerserver.json': '{"format":1}', 'public/index.html': 'files' };
const WITH_TABLES = { ...FILES, 'migrations/1.sql': 'a' };

let made: StandInSite;
let opened: OpenedSite;

beforeEach(() => {
  made = new StandInSite();
});
afterEach(() => opened.site.close());

describe('a project without code', () => {
  it('has the tables of its migrations, at its start and after a save', async () => {
    const { clock, database, standIns } = made;
    opened = made.open(WITH_TABLES);
    await opened.site.database();
    expect(database.migrated).toEqual([['migrations/1.sql']]);
    opened.project.save('migrations/2.sql', 'b');
    clock.advance(30);
    expect(await opened.get('/')).toBe('200 files');
    expect(database.migrated.at(-1)).toEqual(['migrations/1.sql', 'migrations/2.sql']);
    expect(database.opened).toBe(1);
    expect(standIns.made).toEqual([]);
  });

  it('gets them when its last route is deleted, too', async () => {
    const { clock, database, standIns } = made;
    opened = made.open({ ...FILES, 'routes/index.ts': 'one' });
    await opened.get('/');
    opened.project.files.delete('routes/index.ts');
    opened.project.save('migrations/1.sql', 'a');
    clock.advance(30);
    expect(await opened.get('/')).toBe('200 files');
    expect(database.migrated.at(-1)).toEqual(['migrations/1.sql']);
    expect(standIns.last.terminated).toBe(true);
  });

  it('is served when its database does not open, and its author is told', async () => {
    const { clock, database, log } = made;
    database.failure = new PeerServerError('storage-failed', 'No room.');
    opened = made.open(WITH_TABLES);
    expect(await opened.get('/')).toBe('200 files');
    expect(await opened.get('/elsewhere')).toMatch(/^404/);
    const text = 'The migrations could not be applied: No room.';
    expect(log).toMatchObject([{ level: 'error', source: 'database', text }]);
    database.failure = undefined;
    opened.project.save('migrations/1.sql', 'b');
    clock.advance(30);
    await opened.get('/');
    expect(database.migrated).toHaveLength(1);
  });
});
