import { expect, test } from 'vitest';
import { EventLog } from '../testing/event-log.ts';
import { SignalingStandIn } from '../testing/signaling-stand-in.ts';
import { createServerIn } from './create-server.ts';
import { deleteServerIn } from './delete-server.ts';
import { openServerIn } from './open-server.ts';
import type { CreateServerResult, ServerEvent, SiteContent } from './public-api.ts';
import { newKeyPair } from './server-registry.ts';
import { memoryEnvironment } from './testing/memory-environment.ts';

const signalUrl = 'ws://signal.example/';

const HELLO: SiteContent = {
  kind: 'files',
  files: [
    { path: 'peerserver.json', content: '{}' },
    { path: 'public/index.html', content: 'Hello, world.' },
  ],
};

function browser() {
  const signaling = new SignalingStandIn();
  const environment = memoryEnvironment(signaling);
  const create = (name: string, content: SiteContent = HELLO): Promise<CreateServerResult> =>
    createServerIn(environment, {
      name,
      content,
      signalUrl,
      signal: new AbortController().signal,
    });
  return { signaling, environment, create };
}

/** A browser with the server "garden". */
async function browserWithGarden() {
  const all = browser();
  const created = all.create('garden');
  await all.signaling.grant(await all.signaling.nextSocket());
  expect((await created).kind).toBe('created');
  return all;
}

function openTab({ environment, signaling }: ReturnType<typeof browser>) {
  const abort = new AbortController();
  const events = new EventLog<ServerEvent>();
  const opened = openServerIn(environment, 'garden', {
    signalUrl,
    signal: abort.signal,
    onEvent: events.add,
  });
  return { abort, events, opened, signaling };
}

test('a server is created with its name claimed and its files live', async () => {
  const { environment, signaling, create } = browser();
  const created = create(' Garden ');
  const socket = await signaling.nextSocket();
  const claim = await signaling.grant(socket);
  expect(await created).toMatchObject({ kind: 'created', server: { name: 'garden' } });
  expect(socket.open).toBe(false);
  expect(await environment.registry.list()).toMatchObject([{ name: 'garden' }]);
  const tab = openTab({ environment, signaling, create });
  const server = await tab.opened;
  // The same key claims the name again.
  const again = await signaling.grant(await signaling.nextSocket());
  expect(again.key).toBe(claim.key);
  expect(server.publicKey).toBe(claim.key);
  expect(server.store.list().map(({ path, status }) => `${path} ${status}`)).toEqual([
    'peerserver.json live',
    'public/index.html live',
  ]);
  expect(await server.store.readText('public/index.html')).toContain('Hello, world.');
  await tab.events.until('signaling', ({ state }) => state === 'online');
  expect(server.signaling()).toEqual({ state: 'online' });
  await server.close();
});

test('the private key cannot be taken out of the browser', async () => {
  const { privateKey } = await newKeyPair();
  await expect(crypto.subtle.exportKey('jwk', privateKey)).rejects.toThrow(/not extractable/);
});

test('a taken name is refused with the server’s suggestion, and nothing is kept', async () => {
  const { environment, signaling, create } = browser();
  const created = create('garden');
  const socket = await signaling.nextSocket();
  await signaling.readClaim(socket);
  const refusal = { code: 'name-taken', message: 'Taken.', suggestion: 'garden-otter' } as const;
  socket.send({ kind: 'refused', ...refusal });
  expect(await created).toEqual({ kind: 'refused', message: 'Taken.', suggestion: 'garden-otter' });
  expect(await environment.registry.list()).toEqual([]);
  expect(environment.disk.files()).toEqual([]);
});

test('a claim whose answer is lost is made again with the same key', async () => {
  const { environment, signaling, create } = browser();
  const lost = expect(create('garden')).rejects.toMatchObject({ code: 'signaling-failed' });
  const first = await signaling.nextSocket();
  const claim = await signaling.readClaim(first);
  // The server has the name leased to this key now, and the browser does not know it.
  first.close();
  await lost;
  expect(await environment.registry.list()).toEqual([]);
  const again = create('garden');
  expect((await signaling.grant(await signaling.nextSocket())).key).toBe(claim.key);
  expect(await again).toMatchObject({ kind: 'created' });
  expect(await environment.registry.list()).toMatchObject([{ name: 'garden' }]);
});

test('of two tabs that create the same server at once, one does', async () => {
  const { environment, signaling, create } = browser();
  const lost = expect(create('garden')).rejects.toMatchObject({ code: 'signaling-failed' });
  const socket = await signaling.nextSocket();
  await signaling.readClaim(socket);
  socket.close();
  await lost;
  const both = [create('garden'), create('garden')];
  const sockets = [await signaling.nextSocket(), await signaling.nextSocket()];
  // Their key is the same, so the server gives the name to either.
  const claims = await Promise.all(sockets.map((each) => signaling.grant(each)));
  expect(claims[0]?.key).toBe(claims[1]?.key);
  const kinds = (await Promise.all(both)).map(({ kind }) => kind);
  expect(kinds.toSorted()).toEqual(['created', 'refused']);
  expect(sockets.flatMap(({ unread }) => unread)).toEqual([]);
  expect(await environment.registry.list()).toMatchObject([{ name: 'garden' }]);
});

test('each name has its own key, and a refused one is not used again', async () => {
  const { signaling, create } = browser();
  const claimOf = async (name: string) => {
    const created = create(name);
    const socket = await signaling.nextSocket();
    const { key } = await signaling.readClaim(socket);
    socket.send({ kind: 'refused', code: 'name-taken', message: 'Taken.' });
    expect(await created).toMatchObject({ kind: 'refused' });
    return key;
  };
  const keys = [await claimOf('garden'), await claimOf('meadow'), await claimOf('garden')];
  expect(new Set(keys).size).toBe(3);
});

test.each([
  'A b!',
  '-x',
  'xn--a',
  'x'.repeat(64),
  'www',
  '',
])('the name %j is refused with a suggestion, without asking the server', async (name) => {
  const { signaling, create } = browser();
  const result = await create(name);
  expect(result).toMatchObject({ kind: 'refused', suggestion: expect.stringMatching(/^[a-z]/) });
  expect(signaling.opened).toBe(0);
});

test('a name that this browser has already is refused without asking the server', async () => {
  const { signaling, create } = await browserWithGarden();
  expect(await create('garden')).toMatchObject({ kind: 'refused' });
  expect(signaling.opened).toBe(1);
});

test('when there is no room for a new server its name is given back', async () => {
  const { environment, signaling, create } = browser();
  environment.disk.quota = 100;
  const created = create('garden');
  const refused = expect(created).rejects.toMatchObject({ code: 'storage-failed' });
  await signaling.grant(await signaling.nextSocket());
  const release = await signaling.nextSocket();
  await signaling.grant(release);
  expect(await release.next()).toEqual({ kind: 'release' });
  await refused;
  expect(await environment.registry.list()).toEqual([]);
});

test('a second tab takes the server over, with what the first saved last', async () => {
  const all = await browserWithGarden();
  const first = openTab(all);
  const server = await first.opened;
  await all.signaling.grant(await all.signaling.nextSocket());
  const lastSave = server.store.write('last.txt', 'saved just now', { publish: true });
  const second = openTab(all);
  const taken = await second.opened;
  await first.events.until('taken-over');
  await first.events.until('ended');
  await lastSave;
  expect(await taken.store.readText('last.txt')).toBe('saved just now');
  await expect(server.store.write('x', 'y')).rejects.toThrow(/Another tab/);
  await taken.close();
});

test('of three tabs the last one to come has the server in the end', async () => {
  const all = await browserWithGarden();
  const name = 'peerserver-site-garden';
  let free = () => {};
  const first = all.environment.locks.locks.request(
    name,
    () => new Promise<void>((resolve) => (free = resolve)),
  );
  const channel = all.environment.locks.openChannel(name);
  /** Resolves when a tab has asked for the server: it stands in line then. */
  const asks = () =>
    new Promise((resolve) => channel.addEventListener('message', resolve, { once: true }));
  const secondAsks = asks();
  const second = openTab(all);
  await secondAsks;
  const thirdAsks = asks();
  const third = openTab(all);
  await thirdAsks;
  channel.close();
  free();
  await first;
  const last = await third.opened;
  await second.events.until('taken-over');
  await last.store.write('a', 'mine');
  await last.close();
});

test('waiting for another tab can be given up', async () => {
  const all = await browserWithGarden();
  const name = 'peerserver-site-garden';
  let free = () => {};
  const blocked = all.environment.locks.locks.request(
    name,
    () => new Promise<void>((resolve) => (free = resolve)),
  );
  const tab = openTab(all);
  const gaveUp = expect(tab.opened).rejects.toMatchObject({ code: 'cancelled' });
  tab.abort.abort();
  await gaveUp;
  free();
  await blocked;
  const next = openTab(all);
  await (await next.opened).close();
});

test('a server that this browser does not have cannot be opened', async () => {
  const all = browser();
  await expect(openTab(all).opened).rejects.toMatchObject({ code: 'no-such-site' });
});

test('when somebody else has the name now, serving ends and the files can still be edited', async () => {
  const all = await browserWithGarden();
  const tab = openTab(all);
  const server = await tab.opened;
  const socket = await all.signaling.nextSocket();
  await all.signaling.readClaim(socket);
  socket.send({ kind: 'refused', code: 'name-taken', message: 'Taken.' });
  expect(await tab.events.until('ended')).toMatchObject({ error: { code: 'name-refused' } });
  await server.store.write('index.html', 'still mine');
  expect(await server.store.readText('index.html')).toBe('still mine');
  await server.close();
});

test('a deleted server is gone with its files and key, and its name is given back', async () => {
  const all = await browserWithGarden();
  const signal = new AbortController().signal;
  const deleted = deleteServerIn(all.environment, 'garden', { signalUrl, signal });
  const socket = await all.signaling.nextSocket();
  await all.signaling.grant(socket);
  expect(await socket.next()).toEqual({ kind: 'release' });
  await deleted;
  expect(await all.environment.registry.list()).toEqual([]);
  expect(all.environment.disk.files()).toEqual([]);
});

test('a server can be deleted while the signaling server is away', async () => {
  const all = await browserWithGarden();
  all.signaling.reachable = false;
  const signal = new AbortController().signal;
  await deleteServerIn(all.environment, 'garden', { signalUrl, signal });
  expect(await all.environment.registry.list()).toEqual([]);
});
