import { describe, expect, it } from 'vitest';
import { parseSiteName, type SiteName } from '../../address/site-name.ts';
import { PeerServerError } from '../../protocol/errors.ts';
import type { FileEntry, OpenServer, OpenServerOptions, SiteStore } from '../host.ts';
import { createServerSession } from './server-session.ts';

function nameOf(text: string): SiteName {
  const parsed = parseSiteName(text);
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.name;
}

function entry(path: string): FileEntry {
  return { path, size: 1, modified: 0, type: 'text/html', status: 'live' };
}

const refuse = () => Promise.reject(new Error('not part of this test'));

function setUp(paths: string[] = ['about.html', 'index.html'], servers = ['garden']) {
  const openings: OpenServerOptions[] = [];
  const listeners = new Set<Parameters<SiteStore['subscribe']>[0]>();
  const store: SiteStore = {
    list: () => paths.map(entry),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    readText: refuse,
    read: refuse,
    write: refuse,
    writeMany: refuse,
    rename: refuse,
    remove: refuse,
    publish: refuse,
    discardDraft: refuse,
    undo: refuse,
  };
  const name = nameOf('garden');
  const opened: OpenServer = {
    name,
    publicKey: '',
    store,
    signaling: () => ({ state: 'connecting' }),
    visitors: () => [],
    disconnect: () => {},
    database: refuse,
    backupDatabase: refuse,
    restoreDatabase: refuse,
    close: () => Promise.resolve(),
  };
  const requests: string[] = [];
  const session = createServerSession(name, {
    host: {
      listServers: async () =>
        servers.map((known) => ({ name: nameOf(known), createdAt: 0, lastUsed: 0 })),
      openServer: async (_name, options) => {
        openings.push(options);
        return opened;
      },
    },
    signalUrl: 'ws://localhost/',
    now: () => 10_000,
    onRequest: (event) => requests.push(event.target),
    onSiteLog: () => {},
  });
  const latest = () => {
    const opening = openings.at(-1);
    if (!opening) throw new Error('not opened');
    return opening;
  };
  const change = () => {
    for (const listener of listeners) listener({ version: 2, draft: [], live: [] });
  };
  return { session, openings, latest, change, requests, paths };
}

function joined(connectionId: string) {
  const visitor = { connectionId, key: 'k', joinedAt: 0, route: 'direct' } as const;
  return { kind: 'visitor-joined', visitor } as const;
}

describe('a server session', () => {
  it('says that this browser has no such server, without opening anything', async () => {
    const { session, openings } = setUp([], ['meadow']);
    await session.start();
    expect(session.phase.value).toEqual({ kind: 'missing' });
    expect(openings).toEqual([]);
  });

  it('lists the files, index.html first, and follows their changes', async () => {
    const { session, change, paths } = setUp();
    await session.start();
    expect(session.files.value.map((file) => file.path)).toEqual(['index.html', 'about.html']);
    paths.push('404.html');
    change();
    expect(session.files.value.map((file) => file.path)[1]).toBe('404.html');
  });

  it('counts connected visitors', async () => {
    const { session, latest } = setUp();
    await session.start();
    latest().onEvent(joined('a'));
    latest().onEvent(joined('b'));
    expect(session.visitors.value).toBe(2);
    latest().onEvent({ kind: 'visitor-left', connectionId: 'a' });
    expect(session.visitors.value).toBe(1);
  });

  it('turns the pause before the next attempt into a moment', async () => {
    const { session, latest } = setUp();
    await session.start();
    latest().onEvent({ kind: 'signaling', state: 'offline', retryInMs: 4000 });
    expect(session.connection.value).toEqual({ kind: 'offline', retryAt: 14_000 });
    latest().onEvent({ kind: 'signaling', state: 'online' });
    expect(session.connection.value).toEqual({ kind: 'online' });
  });

  it('knows why it ended: taken over, refused, or otherwise', async () => {
    const { session, latest } = setUp();
    await session.start();
    latest().onEvent(joined('a'));
    latest().onEvent({ kind: 'taken-over' });
    latest().onEvent({ kind: 'ended', error: new PeerServerError('storage-failed', 'Taken.') });
    expect(session.problem.value).toEqual({ kind: 'elsewhere' });
    expect(session.visitors.value).toBe(0);

    await session.start();
    expect(session.problem.value).toBeUndefined();
    latest().onEvent({ kind: 'ended', error: new PeerServerError('name-refused', 'Not yours.') });
    expect(session.problem.value).toEqual({ kind: 'name-refused', message: 'Not yours.' });
  });

  it('sees when it looks again that it was not taken over but deleted', async () => {
    const servers = ['garden'];
    const { session, latest } = setUp(undefined, servers);
    await session.start();
    latest().onEvent({ kind: 'taken-over' });
    await session.lookAgain();
    expect(session.phase.value.kind).toBe('open');
    servers.pop();
    await session.lookAgain();
    expect(session.phase.value).toEqual({ kind: 'missing' });
  });

  it('listens no more to an opening that it has replaced', async () => {
    const { session, openings } = setUp();
    await session.start();
    await session.start();
    expect(openings[0]?.signal.aborted).toBe(true);
    openings[0]?.onEvent({ kind: 'taken-over' });
    expect(session.problem.value).toBeUndefined();
  });

  it('passes requests on', async () => {
    const { session, latest, requests } = setUp();
    await session.start();
    latest().onEvent({
      kind: 'request',
      connectionId: 'a',
      method: 'GET',
      target: '/x',
      status: 200,
      bytes: 1,
      ms: 1,
    });
    expect(requests).toEqual(['/x']);
  });
});
