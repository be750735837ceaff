/** What is left of servers in a browser's storage: nothing, though a tab that runs one lets go of its files late. */
import { describe, expect, it } from 'vitest';
import type { BrowserName } from './browsers/launch.ts';
import { browserPool } from './instance/browsers.ts';
import { startInstance } from './instance/instance.ts';
import { HomePage } from './instance/studio.ts';
import { HomeServers } from './instance/studio-home.ts';

const openBrowser = browserPool();

describe.each<BrowserName>(['chromium', 'firefox'])('in %s', (browserName) => {
  it('frees what a closed tab left, and all of a server with a database that is deleted while it runs', async () => {
    const instance = await startInstance();
    const home = await HomePage.open(await openBrowser(browserName, 'host'), instance);
    const servers = new HomeServers(home);
    const { page } = home.tab;
    const folders = (): Promise<string[]> =>
      page.evaluate(async () => {
        const root = await navigator.storage.getDirectory();
        const sites = await root.getDirectoryHandle('peerserver-sites');
        const names: string[] = [];
        for await (const name of sites.keys()) names.push(name);
        return names.sort();
      });
    await home.tab.click('button', 'Grocery List');
    await home.tab.shows('Free: your site will be at grocery-list.');
    const server = await servers.opens(() => home.tab.click('button', 'Create PeerServer'));
    await server.isOnline();
    await page.evaluate(async () => {
      const root = await navigator.storage.getDirectory();
      const sites = await root.getDirectoryHandle('peerserver-sites');
      const left = await sites.getDirectoryHandle('orchard', { create: true });
      await left.getDirectoryHandle('blobs', { create: true });
    });
    await home.tab.reload();
    await home.tab.until('what was left to be gone', async () => (await folders()).length === 1);

    await servers.choose('grocery-list', 'Delete…');
    await home.tab.click('button', 'Delete server');
    await home.tab.shows('grocery-list is deleted.');
    expect(await folders()).toEqual([]);
    expect(home.tab.consoleErrors).toEqual([]);
  });
});
