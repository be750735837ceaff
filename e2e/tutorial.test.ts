/** The tutorial, as a person does it. */
import { describe, expect, it } from 'vitest';
import type { BrowserName } from './browsers/launch.ts';
import { browserPool } from './instance/browsers.ts';
import { startInstance } from './instance/instance.ts';
import { HomePage } from './instance/studio.ts';
import { Visitor } from './instance/visitor.ts';

const openBrowser = browserPool();
const PAIRINGS: [host: BrowserName, visitor: BrowserName][] = [
  ['chromium', 'chromium'],
  ['chromium', 'firefox'],
  ['firefox', 'chromium'],
  ['firefox', 'firefox'],
];

describe.each(PAIRINGS)('with the host in %s and the visitor in %s', (hostName, visitorName) => {
  it('creates a server, shows it to a visitor, and shows an edit after a reload', async () => {
    const instance = await startInstance();
    const host = await openBrowser(hostName, 'host');
    const home = await HomePage.open(host, instance);
    const server = await home.createServer('garden');
    expect(await server.files()).toEqual([
      'index.html',
      '404.html',
      'style.css',
      'peerserver.json',
      'routes/index.ts',
    ]);
    expect(await server.connection()).toBe('Online');
    expect(await server.visitors()).toBe('0 visitors');
    expect(await server.shareAddress()).toBe(instance.shareUrl('garden'));

    const ownVisit = await server.openBrowser();
    await ownVisit.sees('Hello, world.');
    expect(await ownVisit.address()).toBe(instance.siteUrl('garden'));
    await server.showsVisitors('1 visitor');

    const guest = await openBrowser(visitorName, 'visitor');
    const visitor = await Visitor.open(guest, await server.shareAddress());
    await visitor.sees('Hello, world.');
    expect(await visitor.title()).toBe('My PeerServer');
    await server.showsVisitors('2 visitors');

    await server.openFile('index.html');
    await server.replaceText('Hello, world.', 'Hello, garden.');
    await server.save();
    await visitor.reload();
    await visitor.sees('Hello, garden.');
    expect(visitor.consoleErrors).toEqual([]);
    expect(server.tab.consoleErrors).toEqual([]);

    await visitor.tab.close();
    await server.showsVisitors('1 visitor');
  });
});
