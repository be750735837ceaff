/** Names: which are allowed, and whose they are. */
import { expect, it } from 'vitest';
import type { BrowserName } from './browsers/launch.ts';
import { browserPool } from './instance/browsers.ts';
import { startInstance } from './instance/instance.ts';
import { HomePage, ServerTab } from './instance/studio.ts';
import { Visitor } from './instance/visitor.ts';

const openBrowser = browserPool();
const PAIRINGS: [host: BrowserName, visitor: BrowserName][] = [
  ['chromium', 'firefox'],
  ['firefox', 'chromium'],
];

it('refuses a name in use beside the field, and suggests one that can be had', async () => {
  const instance = await startInstance();
  const owner = await HomePage.open(await openBrowser('chromium', 'host'), instance);
  await owner.createServer('garden');

  const other = await HomePage.open(await openBrowser('firefox', 'other'), instance);
  await other.typeName('garden');
  await other.pressCreate();
  const note = await other.seesNameRefused('taken');
  const suggestion = /Use (garden-[a-z0-9-]+)/.exec(note)?.[1];
  if (suggestion === undefined) throw new Error(`There is no suggestion in "${note}".`);

  await other.tab.click('button', `Use ${suggestion}`);
  await other.pressCreate();
  const server = await other.chooseTemplate('Empty Template');
  expect(await server.shareAddress()).toBe(instance.shareUrl(suggestion));
});

it.each([
  ['A b!', 'letters a to z, digits and hyphens'],
  ['-x', 'begins and ends with a letter or a digit'],
  ['xn--a', 'two hyphens as its third and fourth characters'],
  ['a'.repeat(64), 'at most 63 characters'],
  ['www', 'reserved'],
])('says what is wrong with the name %s, and suggests another', async (name, reason) => {
  const instance = await startInstance();
  const home = await HomePage.open(await openBrowser('chromium', 'host'), instance);
  await home.typeName(name);
  await home.pressCreate();
  expect(await home.seesNameRefused(reason)).toMatch(/Use [a-z0-9-]+/);
  expect(await home.tab.text()).not.toContain('start from?');
});

it.each(
  PAIRINGS,
)('keeps name, files and visitors over a reload of the server tab in %s, with a visitor in %s', async (hostName, visitorName) => {
  const instance = await startInstance();
  const home = await HomePage.open(await openBrowser(hostName, 'host'), instance);
  const server = await home.createServer('garden');
  await server.openFile('index.html');
  await server.replaceText('Hello, world.', '<a href="/else">Somewhere else</a>');
  await server.save();
  const visitor = await Visitor.open(
    await openBrowser(visitorName, 'visitor'),
    instance.shareUrl('garden'),
  );
  await visitor.sees('Somewhere else');
  await visitor.tab.page.evaluate(() => Object.assign(window, { markOfThisTest: true }));

  await server.reload();
  expect(await server.shareAddress()).toBe(instance.shareUrl('garden'));
  expect(await server.files()).toContain('index.html');
  await server.openFile('index.html');
  expect(await server.editorText()).toContain('Somewhere else');

  await visitor.clickLink('Somewhere else');
  await visitor.sees('Page not found');
  expect(await visitor.address()).toBe(instance.siteUrl('garden', '/else'));
  expect(await visitor.tab.page.evaluate(() => 'markOfThisTest' in window)).toBe(true);
  expect(server.tab.consoleErrors).toEqual([]);
});

it.each<[owner: BrowserName, other: BrowserName]>([
  ['chromium', 'firefox'],
  ['firefox', 'chromium'],
])('gives a name of %s to no other browser (%s), neither while its tab is open nor after it is closed', async (ownerName, otherName) => {
  const instance = await startInstance();
  const owner = await openBrowser(ownerName, 'host');
  const server = await (await HomePage.open(owner, instance)).createServer('garden');
  const other = await HomePage.open(await openBrowser(otherName, 'other'), instance);
  const isRefused = async (): Promise<void> => {
    await other.tab.reload();
    await other.typeName('garden');
    await other.pressCreate();
    await other.seesNameRefused('taken');
  };
  await isRefused();
  await server.reload();
  await isRefused();
  await server.close();
  await other.tab.until('the host to be gone', async () => instance.stats().hosts === 0);
  await isRefused();

  const again = await ServerTab.open(owner, instance, 'garden');
  await again.isOnline();
});
