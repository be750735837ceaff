/** A signaling server that lies: visitors are warned, and nothing of the site gets through. */
import { describe, expect, it } from 'vitest';
import type { LaunchedBrowser } from './browsers/launch.ts';
import { browserPool } from './instance/browsers.ts';
import {
  type HostileServer,
  startHostileServer,
  swapFingerprint,
} from './instance/hostile-server.ts';
import { createIdentity, type HandlerHost, hostHandler, page } from './instance/node-hosts.ts';
import { Visitor } from './instance/visitor.ts';

const openBrowser = browserPool();
const NOT_THE_HOST = 'This may not be the real host';
const NEW_IDENTITY = 'This site has a new identity';
const greet = async () => page('<h1>The garden</h1>');

/** Visits, and expects the warning and nothing of the site. */
async function expectWarning(
  browser: LaunchedBrowser,
  server: HostileServer,
  host: HandlerHost,
): Promise<void> {
  const visitor = await Visitor.open(browser, server.instance.siteUrl('garden'));
  const text = await visitor.seesScreen(NOT_THE_HOST);
  expect(text).toContain('nothing of the site was loaded');
  expect(await visitor.frameAddress()).toBe('about:blank');
  expect(host.requests).toEqual([]);
  expect(host.events.filter((event) => event.kind === 'visitor-joined')).toEqual([]);
}

describe.each(['chromium', 'firefox'] as const)('a visitor in %s', (name) => {
  it('is warned when the fingerprint in its offer was swapped (SPEC H3)', async () => {
    const server = await startHostileServer({
      fromServer: (message) =>
        message.kind === 'offer' ? { ...message, sdp: swapFingerprint(message.sdp) } : message,
    });
    const host = await hostHandler(server.instance, { name: 'garden', handler: greet });
    await expectWarning(await openBrowser(name, 'visitor'), server, host);
  });
});

it('warns when the fingerprint in the answer was swapped (SPEC H3)', async () => {
  const server = await startHostileServer({
    fromServer: (message) =>
      message.kind === 'answer' ? { ...message, sdp: swapFingerprint(message.sdp) } : message,
  });
  const host = await hostHandler(server.instance, { name: 'garden', handler: greet });
  await expectWarning(await openBrowser('chromium', 'visitor'), server, host);
});

it('warns when a second fingerprint was put beside the real one (SPEC H3)', async () => {
  const server = await startHostileServer({
    fromServer: (message) => {
      if (message.kind !== 'answer') return message;
      const line = /^a=fingerprint:.*$/m.exec(swapFingerprint(message.sdp))?.[0].trim();
      return { ...message, sdp: `${message.sdp}${line}\r\n` };
    },
  });
  const host = await hostHandler(server.instance, { name: 'garden', handler: greet });
  await expectWarning(await openBrowser('chromium', 'visitor'), server, host);
});

it('warns when another key is named at first and the host signs with its own (SPEC H3)', async () => {
  const { publicKey: hostKey } = await createIdentity();
  const server = await startHostileServer({
    fromServer: (message) => (message.kind === 'site' ? { ...message, hostKey } : message),
  });
  const host = await hostHandler(server.instance, { name: 'garden', handler: greet });
  await expectWarning(await openBrowser('chromium', 'visitor'), server, host);
});

it("warns when the named key also stands in the answer, over another key's signature (SPEC H3)", async () => {
  const { publicKey: hostKey } = await createIdentity();
  const server = await startHostileServer({
    fromServer: (message) =>
      message.kind === 'site' || message.kind === 'answer' ? { ...message, hostKey } : message,
  });
  const host = await hostHandler(server.instance, { name: 'garden', handler: greet });
  await expectWarning(await openBrowser('chromium', 'visitor'), server, host);
});

describe('a site that is served with another key than on an earlier visit', () => {
  it('is shown only after the visitor agrees, and finds nothing of the old one (SPEC H6)', async () => {
    const server = await startHostileServer();
    const browser = await openBrowser('chromium', 'visitor');
    const address = server.instance.siteUrl('garden');
    const first = await hostHandler(server.instance, { name: 'garden', handler: greet });
    const visitor = await Visitor.open(browser, address);
    await visitor.sees('The garden');
    await visitor.frame.evaluate(storeSomething);
    expect(await visitor.frame.evaluate(listStored)).toEqual(EVERYTHING);
    await visitor.tab.page.goto('about:blank');
    await first.stop();

    // The name is somebody else's now, who has the key that the signaling server says.
    const impostor = await hostHandler(server.instance, {
      name: 'garden',
      handler: async () => page('<h1>The impostor</h1>'),
    });
    await visitor.tab.page.goto(address, { waitUntil: 'domcontentloaded' });
    const text = await visitor.seesScreen(NEW_IDENTITY);
    expect(text).toContain('Key you know');
    expect(await visitor.frameAddress()).toBe('about:blank');
    expect(impostor.requests).toEqual([]);

    await visitor.reload();
    await visitor.seesScreen(NEW_IDENTITY);
    expect(impostor.requests).toEqual([]);

    await visitor.tab.click('button', 'Forget the old site and continue');
    await visitor.sees('The impostor');
    expect(await visitor.frame.evaluate(listStored)).toEqual([]);

    await visitor.reload();
    await visitor.sees('The impostor');
  });

  it('finds nothing of what the old one stores while it is left (SPEC H6)', async () => {
    const server = await startHostileServer();
    const host = { name: 'garden' };
    const clinging = '<script>onpagehide = () => localStorage.setItem("kept", "yes")</script>';
    const first = await hostHandler(server.instance, {
      ...host,
      handler: async () => page(`<h1>The garden</h1>${clinging}`),
    });
    const address = server.instance.siteUrl('garden');
    const visitor = await Visitor.open(await openBrowser('chromium', 'visitor'), address);
    await visitor.sees('The garden');
    await first.stop();
    await hostHandler(server.instance, {
      ...host,
      handler: async () => page('<h1>The impostor</h1>'),
    });
    await visitor.seesScreen(NEW_IDENTITY);
    await visitor.tab.click('button', 'Forget the old site and continue');
    await visitor.sees('The impostor');
    expect(await visitor.frame.evaluate(listStored)).toEqual([]);
  });

  it('is not shown when the signaling server only claims the other key', async () => {
    const { publicKey: hostKey } = await createIdentity();
    const server = await startHostileServer();
    const address = server.instance.siteUrl('garden');
    const host = await hostHandler(server.instance, { name: 'garden', handler: greet });
    const visitor = await Visitor.open(await openBrowser('chromium', 'visitor'), address);
    await visitor.sees('The garden');
    const length = await requestsOfFirstPage(visitor, host);
    server.meddle({
      fromServer: (message) => (message.kind === 'site' ? { ...message, hostKey } : message),
    });
    await visitor.reload();
    await visitor.seesScreen(NEW_IDENTITY);
    await visitor.tab.click('button', 'Forget the old site and continue');
    await visitor.seesScreen(NOT_THE_HOST);
    expect(await visitor.frameAddress()).toBe('about:blank');
    expect(host.requests).toHaveLength(length);
  });

  it('stays the site of the key that was agreed to, and of no other (SPEC H6)', async () => {
    const [shown, later] = [await createIdentity(), await createIdentity()];
    const server = await startHostileServer();
    const host = await hostHandler(server.instance, { name: 'garden', handler: greet });
    const address = server.instance.siteUrl('garden');
    const visitor = await Visitor.open(await openBrowser('chromium', 'visitor'), address);
    await visitor.sees('The garden');
    const length = await requestsOfFirstPage(visitor, host);
    const name = (hostKey: string) =>
      server.meddle({
        fromServer: (message) => (message.kind === 'site' ? { ...message, hostKey } : message),
      });
    name(shown.publicKey);
    await visitor.reload();
    const before = await visitor.seesScreen(NEW_IDENTITY);
    name(later.publicKey);
    await Promise.all([
      visitor.tab.page.waitForNavigation(),
      visitor.tab.click('button', 'Forget the old site and continue'),
    ]);
    const after = await visitor.seesScreen(NEW_IDENTITY);
    expect(keysIn(before).shown).toBeDefined();
    expect(keysIn(after).known).toBe(keysIn(before).shown);
    expect(host.requests).toHaveLength(length);
  });
});

/** How many requests the first page has made, its icon included, which a browser asks for last. */
async function requestsOfFirstPage(
  visitor: Visitor,
  { requests }: { readonly requests: readonly string[] },
): Promise<number> {
  await visitor.tab.until('the icon to be asked for', async () =>
    requests.includes('GET /favicon.ico'),
  );
  return requests.length;
}

/** The two fingerprints on the screen about a new identity. */
function keysIn(screen: string): { known: string | undefined; shown: string | undefined } {
  const [known, shown] = screen.match(/(?:[0-9a-f]{4} ){7}[0-9a-f]{4}/g) ?? [];
  return { known, shown };
}

const EVERYTHING = ['localStorage', 'sessionStorage', 'IndexedDB', 'cache', 'file'];

/** Runs in the site's page: puts something into every kind of storage that an origin has. */
async function storeSomething(): Promise<void> {
  localStorage.setItem('kept', 'yes');
  sessionStorage.setItem('kept', 'yes');
  await new Promise<void>((resolve, reject) => {
    const request = indexedDB.open('kept', 1);
    request.onupgradeneeded = () => request.result.createObjectStore('kept');
    request.onsuccess = () => {
      request.result.close();
      resolve();
    };
    request.onerror = () => reject(request.error);
  });
  const cache = await caches.open('kept');
  await cache.put('/kept', new Response('yes'));
  const root = await navigator.storage.getDirectory();
  await root.getFileHandle('kept', { create: true });
}

/** Runs in the site's page: where something of `storeSomething` is still to be found. */
async function listStored(): Promise<string[]> {
  const found: string[] = [];
  if (localStorage.getItem('kept') !== null) found.push('localStorage');
  if (sessionStorage.getItem('kept') !== null) found.push('sessionStorage');
  const databases = await indexedDB.databases();
  if (databases.some(({ name }) => name === 'kept')) found.push('IndexedDB');
  if (await caches.match('/kept')) found.push('cache');
  const root = await navigator.storage.getDirectory();
  for await (const name of root.keys()) if (name === 'kept') found.push('file');
  return found;
}
