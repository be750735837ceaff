import { describe, expect, it } from 'vitest';
import { parseSiteName, type SiteName } from '../../address/site-name.ts';
import { PeerServerError } from '../../protocol/errors.ts';
import { ManualClock } from '../../protocol/testing/manual-clock.ts';
import type { FileEntry, OpenServer, OpenServerOptions, RequestEvent, SiteStore } from '../host.ts';
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
    readLive: refuse,
    copy: refuse,
    renameMany: refuse,
    removeMany: refuse,
    keep: () => ({ bytes: 0, restore: refuse, release: () => {} }),
  };
  const name = nameOf('garden');
  const requests: string[] = [];
  const clock = new ManualClock();
  let served = 0;
  const opened: OpenServer = {
    name,
    publicKey: '',
    store,
    signaling: () => ({ state: 'connecting' }),
    visitors: () => [],
    disconnect: () => {},
    readmit: () => {},
    pause: () => latest().onEvent({ kind: 'paused', paused: true }),
    resume: () => latest().onEvent({ kind: 'paused', paused: false }),
    paused: () => false,
    visitorStats: refuse,
    traffic: () => ({ requests: served, sentBytes: 0, receivedBytes: 0 }),
    database: refuse,
    backupDatabase: refuse,
    restoreDatabase: refuse,
    exportArchive: refuse,
    importArchive: refuse,
    close: () => Promise.resolve(),
  };
  const session = createServerSession(name, {
    host: {
      listServers: async () =>
        servers.map((known) => ({ name: nameOf(known), createdAt: 0, lastUsed: 0 })),
      openServer: async (_name, options) => {
        openings.push(options);
        served = 0;
        return opened;
      },
    },
    signalUrl: 'ws://localhost/',
    now: () => 10_000,
    clock,
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
  const serve = () => {
    served += 1;
    latest().onEvent(REQUEST);
  };
  return { session, openings, latest, change, requests, paths, clock, serve };
}

function joined(connectionId: string, key = 'k') {
  const visitor = { connectionId, key, joinedAt: 0, route: 'direct' } as const;
  return { kind: 'visitor-joined', visitor } as const;
}

const REQUEST: RequestEvent = {
  kind: 'request',
  connectionId: 'a',
  visitorKey: 'k',
  startedAt: 0,
  method: 'GET',
  target: '/x',
  status: 200,
  bytes: 1,
  ms: 1,
  requestHeaders: [],
  responseHeaders: [],
};

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

  it('does not count the author’s own preview as a visitor', async () => {
    const { session, latest } = setUp();
    await session.start();
    session.markOwn('me');
    latest().onEvent(joined('a', 'me'));
    latest().onEvent(joined('b', 'ada'));
    expect(session.visitors.value).toBe(1);
    expect(session.present.value.map(({ key }) => session.labels.of(key))).toEqual([
      'You',
      'Visitor 1',
    ]);
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

  it('passes requests on, and counts them over a restart', async () => {
    const { session, requests, clock, serve } = setUp();
    const counted = () =>
      session.traffic.seconds.value.reduce((sum, second) => sum + second.requests, 0);
    await session.start();
    serve();
    serve();
    expect(requests).toEqual(['/x', '/x']);
    clock.advance(1000);
    expect(counted()).toBe(2);
    await session.start();
    serve();
    clock.advance(1000);
    expect(counted()).toBe(3);
  });

  it('calls visitors by the order in which they came', async () => {
    const { session, latest } = setUp();
    await session.start();
    latest().onEvent(joined('a', 'ada'));
    latest().onEvent(joined('b', 'bob'));
    latest().onEvent({ kind: 'visitor-left', connectionId: 'a' });
    latest().onEvent(joined('c', 'ada'));
    const list = session.present.value.map(
      ({ connectionId, key }) => `${connectionId}: ${session.labels.of(key)}`,
    );
    expect(list).toEqual(['b: Visitor 2', 'c: Visitor 1']);
  });

  it('is paused and resumed, and is not after a new start', async () => {
    const { session } = setUp();
    session.pause();
    await session.start();
    expect(session.paused.value).toBe(false);
    session.pause();
    expect(session.paused.value).toBe(true);
    session.resume();
    expect(session.paused.value).toBe(false);
    session.pause();
    await session.start();
    expect(session.paused.value).toBe(false);
  });
});
