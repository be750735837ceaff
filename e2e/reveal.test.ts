/** A site that others have made, unmodified: the npm package reveal.js, with everything in it. */
import { describe, expect, it } from 'vitest';
import type { BrowserName, LaunchedBrowser } from './browsers/launch.ts';
import { type Digests, digestsOfFolder, REVEAL_FOLDER } from './fixtures/reveal-package.ts';
import { chooseFolder } from './fixtures/upload-folder.ts';
import { browserPool } from './instance/browsers.ts';
import { type Instance, startInstance } from './instance/instance.ts';
import { hostFolder } from './instance/node-hosts.ts';
import { HomePage } from './instance/studio.ts';
import type { TabError } from './instance/tab.ts';
import { Visitor } from './instance/visitor.ts';

const openBrowser = browserPool();
const BROWSERS: readonly BrowserName[] = ['chromium', 'firefox'];
const PAIRINGS: [host: BrowserName, visitor: BrowserName][] = [
  ['chromium', 'firefox'],
  ['firefox', 'chromium'],
];

/** Asks for every file at once from within the site's page. */
function fetchAll({ frame }: Visitor, paths: readonly string[]): Promise<Digests> {
  return frame.evaluate(async (all) => {
    const digest = async (path: string) => {
      const response = await fetch(`/${path.split('/').map(encodeURIComponent).join('/')}`);
      if (response.status !== 200) return `status ${response.status}`;
      const hash = await crypto.subtle.digest('SHA-256', await response.arrayBuffer());
      return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    };
    return Object.fromEntries(
      await Promise.all(all.map(async (path) => [path, await digest(path)] as const)),
    );
  }, paths);
}

/** Presses the arrow key, and waits until the next slide is the present one and the address says so. */
async function turnSlides(visitor: Visitor, address: string): Promise<void> {
  const { page } = visitor.tab;
  const present = () =>
    visitor.frame.evaluate(() => {
      const reveal = Reflect.get(window, 'Reveal');
      return reveal?.isReady() ? reveal.getIndices().h : undefined;
    });
  await page.bringToFront();
  await expect.poll(present).toBe(0);
  await page.keyboard.press('ArrowRight');
  await expect.poll(present).toBe(1);
  await expect.poll(() => visitor.address()).toBe(`${address}#/1`);
}

async function checkPackage(visitor: Visitor): Promise<void> {
  const wanted = await digestsOfFolder(REVEAL_FOLDER);
  expect(Object.keys(wanted).length).toBeGreaterThan(100);
  expect(await fetchAll(visitor, Object.keys(wanted))).toEqual(wanted);
}

/** Errors on the console that are not ours, each with its reason. */
const EXCUSED: readonly { readonly why: string; readonly is: (error: TabError) => boolean }[] = [
  {
    why: 'The demonstration shows pictures from servers in the internet, which tests need not reach.',
    is: ({ text, url }) => text.startsWith('Failed to load resource') && !isOurs(url),
  },
];

/** Whether it is an instance's or a site's; an error that names no address may be. */
function isOurs(url: string): boolean {
  return !URL.canParse(url) || /(^|\.)localhost$/.test(new URL(url).hostname);
}

/** In Firefox the browser's own reports show the tag by which the service worker knows a page's fetch. */
function withoutFragment({ text, url }: TabError): TabError {
  return { text, url: url.split('#')[0] ?? url };
}

/** Opens the package's own demonstration, and turns its slides. */
async function showDemonstration(launched: LaunchedBrowser, instance: Instance): Promise<void> {
  const address = instance.siteUrl('slides', '/demo.html');
  const visitor = await Visitor.open(launched, address);
  await visitor.sees('The HTML Presentation Framework');
  await turnSlides(visitor, address);
  expect(await visitor.title()).toBe(await visitor.frame.title());
  const { errors, failedRequests } = visitor.tab;
  expect(errors.filter((error) => !EXCUSED.some(({ is }) => is(error)))).toEqual([]);
  expect(failedRequests.filter(({ url }) => isOurs(url))).toEqual([]);

  // Had there been one, it would have been seen.
  const missing = instance.siteUrl('slides', '/not-in-the-package');
  expect((await visitor.fetch('/not-in-the-package')).status).toBe(404);
  await expect
    .poll(() => failedRequests.filter(({ url }) => isOurs(url)).map(withoutFragment))
    .toEqual([{ text: '404', url: missing }]);
}

it.each(
  BROWSERS,
)('shows reveal.js from a folder in %s, and every file is what it was', async (browserName) => {
  const instance = await startInstance();
  await hostFolder(instance, { name: 'slides', folder: REVEAL_FOLDER });
  const launched = await openBrowser(browserName, 'visitor');
  const visitor = await Visitor.open(launched, instance.siteUrl('slides'));
  await visitor.sees('Slide 2');
  await turnSlides(visitor, instance.siteUrl('slides'));
  await checkPackage(visitor);
  expect(visitor.tab.errors).toEqual([]);
});

it.each(BROWSERS)("shows reveal.js' demonstration from a folder in %s", async (browserName) => {
  const instance = await startInstance();
  await hostFolder(instance, { name: 'slides', folder: REVEAL_FOLDER });
  await showDemonstration(await openBrowser(browserName, 'visitor'), instance);
});

describe.each(PAIRINGS)('with the host in %s and the visitor in %s', (hostName, visitorName) => {
  it('shows reveal.js uploaded as a folder and its demonstration, and every file is what it was', async () => {
    const instance = await startInstance();
    const home = await HomePage.open(await openBrowser(hostName, 'host'), instance);
    const server = await home.createServer('slides');
    const count = await chooseFolder(server.tab, REVEAL_FOLDER);
    await server.tab.shows(`${count} files uploaded and live`);
    const launched = await openBrowser(visitorName, 'visitor');
    const visitor = await Visitor.open(launched, instance.siteUrl('slides'));
    await visitor.sees('Slide 2');
    await turnSlides(visitor, instance.siteUrl('slides'));
    await checkPackage(visitor);
    expect(visitor.tab.errors).toEqual([]);
    await showDemonstration(launched, instance);
    expect(server.tab.errors).toEqual([]);
  });
});
