/** A site in a browser feels as if an ordinary server stood behind it. */
import { afterAll, describe, expect, it } from 'vitest';
import type { BrowserName } from './browsers/launch.ts';
import { GARDEN_ICON, gardenFiles, NAMES, WHOLE_PAGE } from './fixtures/garden.ts';
import { Policies } from './fixtures/policies.ts';
import { browserPool } from './instance/browsers.ts';
import { startInstance } from './instance/instance.ts';
import { hostFolder, hostHandler, temporarySite } from './instance/node-hosts.ts';
import { Visitor } from './instance/visitor.ts';

const openBrowser = browserPool();
const instance = await startInstance({ whenDone: afterAll });
await hostFolder(instance, {
  name: 'garden',
  folder: await temporarySite(gardenFiles(), afterAll),
  whenDone: afterAll,
});
const policies = new Policies();
await hostHandler(instance, {
  name: 'policies',
  handler: (request) => policies.handle(request),
  whenDone: afterAll,
});

describe.each<BrowserName>(['chromium', 'firefox'])('in %s', (browserName) => {
  async function visit(path: string, site = 'garden'): Promise<Visitor> {
    const launched = await openBrowser(browserName, 'visitor');
    const visitor = await Visitor.open(launched, instance.siteUrl(site, path));
    await launched.guard(visitor.tab.page.bringToFront());
    return visitor;
  }

  /** Waits until address bar and title are these. */
  async function seesAddress(
    visitor: Visitor,
    path: string,
    title: string,
    site = 'garden',
  ): Promise<void> {
    const wanted = { address: instance.siteUrl(site, path), title };
    await expect
      .poll(async () => ({ address: await visitor.address(), title: await visitor.title() }))
      .toEqual(wanted);
  }

  it('shows a page with its styles, scripts, modules, images, font and worker', async () => {
    const visitor = await visit('/');
    await visitor.sees('all is here');
    const whole = await visitor.frame.evaluate(() => Reflect.get(window, 'whole'));
    expect(whole).toEqual(WHOLE_PAGE);
    expect(await visitor.frame.evaluate(() => document.compatMode)).toBe('CSS1Compat');
    await seesAddress(visitor, '/', 'Garden');
    expect(visitor.consoleErrors).toEqual([]);
  });

  it("shows the site's icon in the tab", async () => {
    const visitor = await visit('/');
    const icon = () =>
      visitor.tab.page.$eval('link[rel="icon"]', (link) => (link as HTMLLinkElement).href);
    await expect.poll(icon).toMatch(GARDEN_ICON);

    const plain = await visit('/plain/');
    const plainIcon = () =>
      plain.tab.page.$eval('link[rel="icon"]', (link) => (link as HTMLLinkElement).href);
    // The customary /favicon.ico, which the site has, too.
    await expect.poll(plainIcon).toMatch(/^data:image\/.*base64,iVBORw0KGgo/);
    expect(plain.consoleErrors).toEqual([]);
  });

  it('follows links, and goes back and forward, also after a reload', async () => {
    const visitor = await visit('/');
    await visitor.sees('To page two');
    const length = () => visitor.tab.page.evaluate(() => history.length);
    const start = await length();
    await visitor.clickLink('To page two');
    await visitor.sees('The second page');
    await seesAddress(visitor, '/two.html', 'Page two');
    await visitor.clickLink('To page three');
    await visitor.sees('The third page');
    await seesAddress(visitor, '/three.html', 'Page three');
    expect(await length()).toBe(start + 2);

    await visitor.reload();
    await visitor.sees('The third page');
    await seesAddress(visitor, '/three.html', 'Page three');
    expect(await length()).toBe(start + 2);

    await visitor.back();
    await visitor.sees('The second page');
    await seesAddress(visitor, '/two.html', 'Page two');
    await visitor.back();
    await visitor.sees('all is here');
    await seesAddress(visitor, '/', 'Garden');
    await visitor.forward();
    await visitor.sees('The second page');
    await seesAddress(visitor, '/two.html', 'Page two');
    expect(await length()).toBe(start + 2);
    expect(visitor.consoleErrors).toEqual([]);
  });

  it('restores the scroll position on the way back', async () => {
    const visitor = await visit('/tall.html');
    await visitor.clickLink('At the bottom');
    await visitor.sees('The second page');
    await visitor.back();
    await visitor.sees('The tall page');
    // The click had scrolled the link into view, some 3000 pixels down.
    const scrolled = () => visitor.frame.evaluate(() => window.scrollY);
    await expect.poll(scrolled).toBeGreaterThan(1500);
    expect(visitor.consoleErrors).toEqual([]);
  });

  it('follows hash links, pushState and a title that a script changes', async () => {
    const visitor = await visit('/events.html');
    await visitor.sees('The events page');
    const { frame } = visitor;
    await visitor.clickLink('To the part');
    await seesAddress(visitor, '/events.html#part', 'Events');
    await (await frame.$('#push'))?.click();
    await visitor.sees('state {"step":1}');
    await seesAddress(visitor, '/events/step-1?x=1', 'Events');
    await visitor.back();
    await visitor.sees('state null');
    await seesAddress(visitor, '/events.html#part', 'Events');
    await visitor.back();
    await seesAddress(visitor, '/events.html', 'Events');
    await visitor.forward();
    await visitor.forward();
    await visitor.sees('state {"step":1}');
    await seesAddress(visitor, '/events/step-1?x=1', 'Events');
    await (await frame.$('#title'))?.click();
    await seesAddress(visitor, '/events/step-1?x=1', 'Changed by a script');
    expect(visitor.consoleErrors).toEqual([]);
  });

  it('sends a form by GET, and goes back from its answer', async () => {
    const visitor = await visit('/search.html');
    await visitor.sees('The search page');
    await (await visitor.frame.$('input'))?.click();
    await visitor.tab.page.keyboard.type('rose & thorn');
    await (await visitor.frame.$('button'))?.click();
    await visitor.sees('Search: ?q=rose+%26+thorn');
    await seesAddress(visitor, '/search.html?q=rose+%26+thorn', 'Search');
    await visitor.back();
    await seesAddress(visitor, '/search.html', 'Search');
    await visitor.sees('Search: nothing');
    expect(visitor.consoleErrors).toEqual([]);
  });

  it('opens an address with query and hash directly', async () => {
    const visitor = await visit('/search.html?q=r%C3%B6se&x=1#found');
    await visitor.sees('Search: ?q=r%C3%B6se&x=1 hash: #found');
    await seesAddress(visitor, '/search.html?q=r%C3%B6se&x=1#found', 'Search');
    expect(visitor.consoleErrors).toEqual([]);
  });

  it('opens files whose names need care', async () => {
    const visitor = await visit('/names/');
    for (const [index, name] of NAMES.entries()) {
      await visitor.clickLink(`Go to ${index}`);
      await visitor.sees(`Name ${index}`);
      const encoded = new URL(encodeURIComponent(name), instance.siteUrl('garden', '/names/'));
      await seesAddress(visitor, encoded.pathname, name);
      await visitor.back();
      await visitor.sees('Go to 0');
    }
    expect(visitor.consoleErrors).toEqual([]);
  });

  it("shows the site's own page for what is not there, with status 404", async () => {
    const visitor = await visit('/no/such/page.html');
    await visitor.sees('Nothing grows here');
    await seesAddress(visitor, '/no/such/page.html', 'No such bed');
    const { status } = await visitor.fetch('/no/such/page.html');
    expect(status).toBe(404);
    const sawStatus = await visitor.frame.evaluate(
      () =>
        (performance.getEntriesByType('navigation')[0] as PerformanceNavigationTiming)
          .responseStatus,
    );
    expect(sawStatus).toBe(404);
  });

  it('hands typed keys to the page without a click', async () => {
    const visitor = await visit('/events.html');
    // Said by the script that listens for keys.
    await visitor.sees('state null');
    await visitor.tab.page.keyboard.type('abc');
    await visitor.sees('keys abc');
    await visitor.clickLink('To page two');
    await visitor.sees('The second page');
    await visitor.back();
    await visitor.sees('state null');
    await visitor.tab.page.keyboard.type('de');
    await visitor.sees('keys de');
    expect(visitor.consoleErrors).toEqual([]);
  });

  it('serves several tabs at once, and the rest when one of them is closed', async () => {
    const visitors = [await visit('/'), await visit('/two.html'), await visit('/three.html')];
    const [first, second, third] = visitors;
    if (!first || !second || !third) throw new Error('Three tabs were opened.');
    await Promise.all([
      first.sees('all is here'),
      second.sees('The second page'),
      third.sees('The third page'),
    ]);
    await first.tab.close();
    await second.clickLink('To page three');
    await second.sees('The third page');
    await second.tab.close();
    await third.clickLink('To the start');
    await third.sees('all is here');
    await seesAddress(third, '/', 'Garden');
    for (const visitor of visitors) expect(visitor.consoleErrors).toEqual([]);
  });

  it("keeps a site's Content-Security-Policy, and runs what it allows", async () => {
    const visitor = await visit('/strict', 'policies');
    await visitor.sees('the allowed script ran');
    const state = await visitor.frame.evaluate(() => ({
      color: getComputedStyle(document.body).color,
      inline: Reflect.get(window, 'inline'),
    }));
    expect(state).toEqual({ color: 'rgb(7, 8, 9)', inline: undefined });
    // The one complaint is about the page's own inline script.
    expect(visitor.consoleErrors.filter((error) => !/content.security/i.test(error))).toEqual([]);
    expect(visitor.consoleErrors.length).toBeLessThanOrEqual(1);
  });

  it.each([
    '/x-frame-options',
    '/frame-ancestors',
  ])('shows a page that forbids framing: %s', async (path) => {
    const visitor = await visit(path, 'policies');
    await visitor.sees('Not for frames');
    await seesAddress(visitor, path, 'Unframed', 'policies');
    expect(visitor.consoleErrors).toEqual([]);
  });

  it('shows frames within the page, which do not touch address bar or title', async () => {
    const visitor = await visit('/nested', 'policies');
    await visitor.sees('The inner page said hello');
    const [inner] = visitor.frame.childFrames();
    if (!inner) throw new Error('There is no inner frame.');
    await (await inner.$('a'))?.click();
    await visitor.sees('The second inner page said hello');
    await seesAddress(visitor, '/nested', 'Nested', 'policies');
    expect(visitor.consoleErrors).toEqual([]);
  });

  it('answers a request although the tab whose connection carried it is closed', async () => {
    const first = await visit('/', 'policies');
    await first.sees('A plain page');
    const connection = await first.frame.evaluate(async () => (await fetch('/connection')).text());
    const asked = policies.holdNext();
    const second = await visit('/held', 'policies');
    // Its frame is not known to the service worker yet, so the shell that is goes for it.
    expect((await asked).visitor.connectionId).toBe(connection);
    await first.tab.close();
    policies.release();
    await second.sees('held back');
    expect(second.consoleErrors).toEqual([]);
  });
});
