/** Documents that are no web pages, opened directly: browsers show them with means of their own. */
import { afterAll, describe, expect, it } from 'vitest';
import type { BrowserName } from './browsers/launch.ts';
import { documentsSite } from './fixtures/documents-site.ts';
import { browserPool } from './instance/browsers.ts';
import { startInstance } from './instance/instance.ts';
import { hostHandler } from './instance/node-hosts.ts';
import { Visitor } from './instance/visitor.ts';

const openBrowser = browserPool();
const instance = await startInstance({ whenDone: afterAll });
const host = await hostHandler(instance, {
  name: 'documents',
  handler: documentsSite,
  whenDone: afterAll,
});
const address = (path: string) => instance.siteUrl('documents', path);

/** What of a document in the frame tells that the browser shows it. */
function look(): string {
  const { contentType, documentElement: root, images, body } = document;
  const [image] = images;
  if (image) return `${contentType} ${image.naturalWidth} pixels wide`;
  return `${contentType} ${root.localName} ${(body ?? root).textContent.replace(/\s+/g, ' ').trim()}`;
}

const SHOWN: readonly (readonly [kind: string, path: string, shown: RegExp])[] = [
  ['an image', '/pixel.png', /^image\/png 1 pixels wide$/],
  ['an SVG image', '/leaf.svg', /^image\/svg\+xml svg A leaf$/],
  ['plain text', '/notes.txt', /^text\/plain html Notes in plain text$/],
  ['JSON', '/things.json', /^application\/json html .*things/],
  ['XML', '/tree.xml', /^application\/xml \w+ .*A leaf in XML/],
];

describe.each<BrowserName>(['chromium', 'firefox'])('in %s', (browserName) => {
  async function visit(path: string): Promise<Visitor> {
    const visitor = await Visitor.open(await openBrowser(browserName, 'visitor'), address(path));
    await visitor.tab.page.bringToFront();
    return visitor;
  }

  const seesAddress = (visitor: Visitor, path: string) =>
    expect.poll(() => visitor.address()).toBe(address(path));

  it.each(
    SHOWN,
  )('shows %s that a link or an address opens, and goes back: %s', async (_, path, shown) => {
    const visitor = await visit('/');
    await visitor.clickLink(`Open ${path}`);
    await seesAddress(visitor, path);
    await expect.poll(() => visitor.frame.evaluate(look)).toMatch(shown);
    await visitor.back();
    await visitor.sees('The documents');
    await seesAddress(visitor, '/');
    const direct = await visit(path);
    await expect.poll(() => direct.frame.evaluate(look)).toMatch(shown);
    await expect.poll(() => direct.title()).not.toMatch(/Connecting/);
    await seesAddress(direct, path);
  });

  it('shows a PDF that a link or an address opens, and goes back', async () => {
    const visitor = await visit('/');
    await visitor.clickLink('Open /paper.pdf');
    await seesAddress(visitor, '/paper.pdf');
    await showsPdf(visitor);
    await visitor.back();
    await visitor.sees('The documents');
    await seesAddress(visitor, '/');
    const direct = await visit('/paper.pdf');
    await showsPdf(direct);
    await expect.poll(() => direct.title()).toContain('paper.pdf');
    const asked = host.requests.filter((request) => request === 'GET /paper.pdf').length;
    // Nothing took it for a failure and asked again.
    await expect.poll(() => direct.address()).toBe(address('/paper.pdf'));
    expect(host.requests.filter((request) => request === 'GET /paper.pdf').length).toBe(asked);
  });

  it('stays where it is when there is nothing to show: 204', async () => {
    const visitor = await visit('/');
    await visitor.sees('The documents');
    await visitor.clickLink('Open nothing');
    await expect.poll(() => host.requests.includes('GET /nothing')).toBe(true);
    await visitor.clickLink('Be sent on');
    await visitor.sees('You have arrived');
    await visitor.back();
    await visitor.sees('The documents');
    await seesAddress(visitor, '/');
  });

  it('follows a Refresh header, and a redirect to a page that is not there', async () => {
    const visitor = await visit('/');
    await visitor.clickLink('Be sent on');
    await visitor.sees('You have arrived');
    await seesAddress(visitor, '/arrived');
    await visitor.back();
    await visitor.sees('The documents');
    await visitor.clickLink('Open what is gone');
    await visitor.sees('Not found');
    await seesAddress(visitor, '/no/such/page');
  });
});

/** Each browser has its own way to show one; Firefox's may not be looked into. */
async function showsPdf(visitor: Visitor): Promise<void> {
  await visitor.tab.until('the PDF', async () => {
    if (visitor.tab.launched.name === 'chromium') {
      return visitor.tab.page.frames().some((frame) => frame.url().startsWith('chrome-extension:'));
    }
    // Its frame is the viewer's, out of the reach of the shell's page.
    return visitor.tab.page.evaluate(() => {
      const frame = document.querySelector<HTMLIFrameElement>('#site');
      const screen = document.querySelector<HTMLElement>('#screen');
      return frame?.contentDocument === null && screen?.hidden === true;
    });
  });
}
