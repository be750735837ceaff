/** Cookies outlast service workers, hosts, and tabs, and end when a visitor clears the site's data. */
// biome-ignore-all lint/suspicious/noDocumentCookie: it is what these tests are about.
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { BrowserName, LaunchedBrowser } from './browsers/launch.ts';
import { fetchFrom, readCookies, sentTo, setting } from './fixtures/cookie-page.ts';
import { cookieSite, memoryCookieStorage } from './fixtures/cookie-site.ts';
import { launchStoppable } from './fixtures/service-worker-stopper.ts';
import { stopServiceWorker } from './fixtures/stop-service-worker.ts';
import { browserPool } from './instance/browsers.ts';
import { startInstance } from './instance/instance.ts';
import { createIdentity, hostFolder, hostHandler, temporarySite } from './instance/node-hosts.ts';
import { HomePage } from './instance/studio.ts';
import { until, whenTestIsDone } from './instance/until.ts';
import { Visitor } from './instance/visitor.ts';

const openBrowser = browserPool();
const instance = await startInstance({ whenDone: afterAll });
let sites = 0;

/** A site of its own, so that no test meets another's cookies. */
async function openSite(): Promise<string> {
  sites += 1;
  const name = `jar-${sites}`;
  await hostHandler(instance, { name, handler: cookieSite });
  return name;
}

describe.each<BrowserName>(['chromium', 'firefox'])('in %s', (browserName) => {
  async function visit(site: string, path = '/', launched?: LaunchedBrowser): Promise<Visitor> {
    const browser = launched ?? (await openBrowser(browserName, 'visitor'));
    const visitor = await Visitor.open(browser, instance.siteUrl(site, path));
    await visitor.sees('First:');
    return visitor;
  }

  it('keeps cookies when the service worker is stopped', async () => {
    const { launched } = await launchStoppable(browserName);
    whenTestIsDone(() => launched.close());
    const site = await openSite();
    const visitor = await visit(site, '/', launched);
    // A new service worker does not know whose tab is whose: either shell may carry what a page asks.
    const other = await visit(site, '/', launched);
    await fetchFrom(visitor, setting('a=1', 'h=2; HttpOnly'));
    await stopServiceWorker(launched, visitor);
    for (const [tab, name] of [
      [other, 'o'],
      [visitor, 'v'],
    ] as const) {
      const missed = await tab.frame.evaluate(async (cookie) => {
        const missing: string[] = [];
        for (let round = 1; round <= 10; round += 1) {
          document.cookie = `${cookie}=${round}`;
          const sent = await (await fetch(`/set?c=${cookie}-host%3D${round}`)).text();
          if (!document.cookie.includes(`${cookie}-host=${round}`)) missing.push(sent);
          const next = await (await fetch('/sent')).text();
          if (!next.includes(`${cookie}=${round}`)) missing.push(next);
        }
        document.cookie = `${cookie}=; max-age=0`;
        document.cookie = `${cookie}-host=; max-age=0`;
        return missing;
      }, name);
      expect(missed).toEqual([]);
    }
    await other.tab.close();
    await stopServiceWorker(launched, visitor);
    await visitor.frame.evaluate(() => {
      document.cookie = 'b=3';
    });
    expect(await sentTo(visitor)).toBe('a=1; h=2; b=3');
    expect(await readCookies(visitor)).toBe('a=1; b=3');
  });

  it('has the cookies again when the host comes back, and brings what was written meanwhile (J4)', async () => {
    sites += 1;
    const name = `jar-${sites}`;
    const identity = await createIdentity();
    const options = { name, identity, keepName: true, handler: cookieSite };
    const storage = memoryCookieStorage();
    const first = await hostHandler(instance, { ...options, cookieStorage: storage });
    const visitor = await visit(name);
    await fetchFrom(visitor, setting('session=1; HttpOnly', 'a=1'));
    await first.stop();
    await visitor.frame.evaluate(() => {
      document.cookie = 'b=2';
    });
    const second = await hostHandler(instance, { ...options, cookieStorage: storage });
    expect(await sentTo(visitor)).toBe('session=1; a=1; b=2');
    // One that has forgotten everything: what pages see is what the host has.
    await second.stop();
    await hostHandler(instance, options);
    await until('the page to have no cookies', async () => (await readCookies(visitor)) === '');
    expect(await sentTo(visitor)).toBe('');
  });

  it("forgets a visitor who clears the site's data: a new key, an empty jar", async () => {
    const site = await openSite();
    const visitor = await visit(site);
    await fetchFrom(visitor, setting('session=1; HttpOnly', 'a=1'));
    expect(await sentTo(visitor)).toBe('session=1; a=1');
    await clearSiteData(visitor, browserName);
    await visitor.reload();
    await until('the host to know nothing of the visitor', async () => {
      return (await readCookies(visitor)) === '' && (await sentTo(visitor)) === '';
    });
  });
});

describe.each<BrowserName>(['chromium', 'firefox'])('with a server tab in %s', (hostName) => {
  it('keeps the cookies of visitors when the tab is reloaded', async () => {
    const host = await openBrowser(hostName, 'host');
    const name = `tab-${hostName}`;
    const server = await (await HomePage.open(host, instance)).createServer(name);
    const visitor = await Visitor.open(
      await openBrowser('chromium', 'visitor'),
      instance.siteUrl(name),
    );
    await visitor.sees('Hello, world.');
    await visitor.frame.evaluate(() => {
      document.cookie = 'theme=dark; max-age=1000';
    });
    await server.tab.until('the cookie to be stored', () =>
      server.tab.page.evaluate(async (site) => {
        const root = await navigator.storage.getDirectory();
        const sites = await root.getDirectoryHandle('peerserver-sites');
        const file = await (await sites.getDirectoryHandle(site)).getFileHandle('cookies.json');
        return (await (await file.getFile()).text()).includes('theme');
      }, name),
    );
    await server.tab.reload();
    await server.isOnline();
    await visitor.reload();
    await visitor.sees('Hello, world.');
    expect(await visitor.frame.evaluate(() => document.cookie)).toBe('theme=dark');
    expect(server.tab.consoleErrors).toEqual([]);
  });
});

it('a host on the command line with --identity keeps cookies in a file of its own', async () => {
  const folder = await temporarySite({ 'index.html': '<p>Here are files.' });
  const identityFile = join(await temporarySite({}), 'key.json');
  const options = { name: 'kept', folder, identityFile };
  const first = await hostFolder(instance, options);
  const visitor = await Visitor.open(await openBrowser('chromium', 'visitor'), first.address);
  await visitor.sees('Here are files.');
  await visitor.frame.evaluate(() => {
    document.cookie = 'theme=dark';
  });
  const file = `${identityFile}.kept.cookies`;
  await until('the file to have it', async () => (await readFile(file, 'utf8')).includes('theme'));
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  await first.kill();
  await hostFolder(instance, options);
  await visitor.reload();
  await visitor.sees('Here are files.');
  expect(await visitor.frame.evaluate(() => document.cookie)).toBe('theme=dark');
});

/** As the browser's own command does, as far as it can be given from outside. */
async function clearSiteData(visitor: Visitor, browserName: BrowserName): Promise<void> {
  const { page } = visitor.tab;
  if (browserName === 'chromium') {
    const session = await page.createCDPSession();
    const { origin } = new URL(page.url());
    await session.send('Storage.clearDataForOrigin', { origin, storageTypes: 'all' });
    await session.detach();
    return;
  }
  // Firefox offers no such command to its driver; the visitor's key is what counts.
  await page.evaluate(async () => {
    localStorage.clear();
    for (const { name } of await indexedDB.databases()) indexedDB.deleteDatabase(name ?? '');
  });
}
