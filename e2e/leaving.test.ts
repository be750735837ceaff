/** Ways that lead out of a site, to other tabs of it, and in circles within it. */
import { afterAll, describe, expect, it } from 'vitest';
import type { BrowserName } from './browsers/launch.ts';
import { crossroads } from './fixtures/crossroads.ts';
import { startElsewhere } from './fixtures/elsewhere.ts';
import { browserPool } from './instance/browsers.ts';
import { startInstance } from './instance/instance.ts';
import { hostHandler } from './instance/node-hosts.ts';
import type { Tab } from './instance/tab.ts';
import { whenTestIsDone } from './instance/until.ts';
import { Visitor } from './instance/visitor.ts';

const openBrowser = browserPool();
const elsewhere = await startElsewhere(afterAll);
const instance = await startInstance({ whenDone: afterAll });
await hostHandler(instance, {
  name: 'crossroads',
  handler: crossroads(elsewhere),
  whenDone: afterAll,
});
const site = (path: string) => instance.siteUrl('crossroads', path);

/**
 * Errors on the consoles, without the one that Firefox reports of every redirect that a service worker
 * answers, by a constructor as plain as `Response.redirect()`, while it follows it all the same.
 */
function complaints({ consoleErrors }: Visitor): string[] {
  const ofRedirects = 'Failed to load ‘’. A ServiceWorker intercepted the request';
  return consoleErrors.filter((error) => !error.startsWith(ofRedirects));
}

describe.each<BrowserName>(['chromium', 'firefox'])('in %s', (browserName) => {
  async function visit(): Promise<Visitor> {
    const launched = await openBrowser(browserName, 'visitor');
    const visitor = await Visitor.open(launched, site('/'));
    await visitor.sees('Crossroads');
    await visitor.isComplete();
    return visitor;
  }

  async function seesAddress(visitor: Visitor, path: string, title: string): Promise<void> {
    await expect
      .poll(async () => ({ address: await visitor.address(), title: await visitor.title() }))
      .toEqual({ address: site(path), title });
  }

  /** Waits until the whole tab shows the other origin's page, and what that was asked. */
  async function isElsewhere(tab: Tab, asked: string): Promise<void> {
    await tab.shows(`Elsewhere: ${asked}`);
    expect(new URL(await tab.page.evaluate(() => location.href)).origin).toBe(elsewhere);
  }

  it.each([
    ['Out by link', 'GET /linked?a=1'],
    ['Out by script', 'GET /scripted'],
    ['Out by redirect', 'GET /redirected'],
    ['Out by two redirects', 'GET /redirected'],
    ['Out by refresh', 'GET /refreshed'],
    ['Out at the top', 'GET /top'],
  ])('leaves the frame for another origin, and comes back: %s', async (link, asked) => {
    const visitor = await visit();
    await visitor.clickLink(link);
    await isElsewhere(visitor.tab, asked);
    await visitor.back();
    await visitor.sees('Crossroads');
    await seesAddress(visitor, '/', 'Crossroads');
    await visitor.clickLink('Straight on');
    await visitor.sees('A plain page.');
    await seesAddress(visitor, '/plain', 'Plain');
    expect(complaints(visitor)).toEqual([]);
  });

  it('leaves by a link whose base is another origin', async () => {
    const visitor = await visit();
    await visitor.clickLink('Page with a foreign base');
    await visitor.sees('Based there.');
    await visitor.clickLink('Out from the base');
    await isElsewhere(visitor.tab, 'GET /base/end');
    await visitor.back();
    await visitor.sees('Based there.');
    expect(complaints(visitor)).toEqual([]);
  });

  it.each([
    ['#get', 'GET /got?q=x+y'],
    ['#post', 'POST /posted q=x+y'],
  ])('sends a form to another origin with its data: %s', async (button, asked) => {
    const visitor = await visit();
    await (await visitor.frame.$(button))?.click();
    await isElsewhere(visitor.tab, asked);
    await visitor.back();
    await visitor.sees('Crossroads');
    await seesAddress(visitor, '/', 'Crossroads');
    expect(complaints(visitor)).toEqual([]);
  });

  it('opens a page of the site in a new tab: target=_blank, middle click, Ctrl with a click', async () => {
    const visitor = await visit();
    const { page } = visitor.tab;
    const plainLink = async () => {
      await page.bringToFront();
      const link = await visitor.frame.$('a[href="/plain"]:not([target])');
      if (!link) throw new Error('There is no link to the plain page.');
      return link;
    };
    const clicks = [
      () => visitor.clickLink('Plain in a new tab'),
      async () => (await plainLink()).click({ button: 'middle' }),
      async () => {
        const link = await plainLink();
        await page.keyboard.down('Control');
        await link.click();
        await page.keyboard.up('Control');
      },
    ];
    for (const click of clicks) {
      const opened = new Visitor(await visitor.tab.newTab(click, whenTestIsDone));
      await opened.sees('A plain page.');
      await seesAddress(opened, '/plain', 'Plain');
      await opened.clickLink('Back to the crossroads');
      await opened.sees('Out by link');
      expect(complaints(opened)).toEqual([]);
    }
    await seesAddress(visitor, '/', 'Crossroads');
    expect(complaints(visitor)).toEqual([]);
  });

  it('opens another origin in a new tab', async () => {
    const visitor = await visit();
    const tab = await visitor.tab.newTab(
      () => visitor.clickLink('Out in a new tab'),
      whenTestIsDone,
    );
    await isElsewhere(tab, 'GET /new');
    await seesAddress(visitor, '/', 'Crossroads');
    expect(complaints(visitor)).toEqual([]);
  });

  it('follows a link to the top within the site', async () => {
    const visitor = await visit();
    await visitor.clickLink('Plain at the top');
    await visitor.sees('A plain page.');
    await seesAddress(visitor, '/plain', 'Plain');
    await visitor.back();
    await visitor.sees('Out by link');
    await seesAddress(visitor, '/', 'Crossroads');
    expect(complaints(visitor)).toEqual([]);
  });

  it('follows relative redirects within the site to their end', async () => {
    const visitor = await visit();
    await visitor.clickLink('By redirects');
    await visitor.sees('The end of the redirects');
    await seesAddress(visitor, '/round/end#part', 'The end');
    const fetched = await visitor.frame.evaluate(async () => {
      const response = await fetch('/round/data');
      return { url: response.url, redirected: response.redirected, text: await response.text() };
    });
    expect(fetched).toEqual({ url: site('/round/data-2'), redirected: true, text: 'the data' });
    await visitor.back();
    await visitor.sees('Out by link');
    await seesAddress(visitor, '/', 'Crossroads');
    expect(complaints(visitor)).toEqual([]);
  });

  it('follows a refresh within the site', async () => {
    const visitor = await visit();
    await visitor.clickLink('By refresh');
    await visitor.sees('A plain page.');
    await seesAddress(visitor, '/plain', 'Plain');
    expect(complaints(visitor)).toEqual([]);
  });

  it('resolves links against the base of a page', async () => {
    const visitor = await visit();
    await visitor.clickLink('Page with a base');
    await visitor.sees('Based here.');
    await visitor.clickLink('On from the base');
    await visitor.sees('The end of the redirects');
    await seesAddress(visitor, '/round/end', 'The end');
    await visitor.back();
    await visitor.sees('Based here.');
    expect(complaints(visitor)).toEqual([]);
  });
});
