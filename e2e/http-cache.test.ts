/** The browser's HTTP cache, as it works for answers that do not come over HTTP. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { HostResponse } from '../src/protocol/http-message.ts';
import { headerValue } from '../src/protocol/http-message.ts';
import type { BrowserName, LaunchedBrowser } from './browsers/launch.ts';
import { html, text, withHeaders } from './fixtures/answers.ts';
import { launchStoppable } from './fixtures/service-worker-stopper.ts';
import { stopServiceWorker } from './fixtures/stop-service-worker.ts';
import { browserPool } from './instance/browsers.ts';
import { type Instance, startInstance } from './instance/instance.ts';
import { hostFolder, hostHandler, temporarySite } from './instance/node-hosts.ts';
import { whenTestIsDone } from './instance/until.ts';
import { Visitor } from './instance/visitor.ts';

const BROWSERS: readonly BrowserName[] = ['chromium', 'firefox'];
const FRESH = { 'cache-control': 'max-age=3600', etag: '"1"' };
const openBrowser = browserPool();

/** What reached the host, and how it was answered. */
interface Exchange {
  readonly target: string;
  /** Of the request's fields those that are about caching. */
  readonly asked: Readonly<Record<string, string>>;
  readonly status: number;
}

/** A site whose pages say how often they were made, and that remembers what it was asked. */
class CountingSite {
  readonly exchanges: Exchange[] = [];
  #made = 0;

  static async start(instance: Instance): Promise<CountingSite> {
    const site = new CountingSite();
    await hostHandler(instance, {
      name: 'counting',
      handler: async ({ method, target, headers }) => {
        const tag = headerValue(headers, 'if-none-match');
        const answer =
          tag === '"1"' ? { status: 304, headers: [], body: null } : site.#answer(method, target);
        const about = /^(cache-control|pragma|if-)/;
        const asked = Object.fromEntries(headers.filter(([name]) => about.test(name)));
        site.exchanges.push({ target, asked, status: answer.status });
        return answer;
      },
    });
    return site;
  }

  /** The exchanges about one address. */
  of(target: string): readonly Exchange[] {
    return this.exchanges.filter((exchange) => exchange.target === target);
  }

  #answer(method: string, target: string): HostResponse {
    this.#made += 1;
    if (method !== 'GET') return { status: 204, headers: [], body: null };
    switch (target) {
      case '/':
      case '/fresh':
        return withHeaders(this.#page(), FRESH);
      case '/script.js':
        return withHeaders(
          text(
            `document.querySelector('#made').textContent = 'script ${this.#made}'`,
            'text/javascript',
          ),
          FRESH,
        );
      case '/text':
        return withHeaders(text(`text ${this.#made}`), FRESH);
      case '/no-store':
        return withHeaders(text(`text ${this.#made}`), { 'cache-control': 'no-store' });
      case '/vary':
        return withHeaders(text(`text ${this.#made}`), { ...FRESH, vary: 'Language-Level' });
      default:
        return html('<title>Other</title><p>Another page. <a href="/">back to the first</a>');
    }
  }

  #page(): HostResponse {
    return html(
      `<title>Page</title><p>Page ${this.#made}. <a href="/other">to the other</a><p id="made"></p><script src="/script.js"></script>`,
    );
  }
}

/** A visitor at the site's first page, whose script has run. */
async function visit(launched: LaunchedBrowser, instance: Instance): Promise<Visitor> {
  const visitor = await Visitor.open(launched, instance.siteUrl('counting'));
  await visitor.sees('script');
  return visitor;
}

/** What a fetch in the page brings. */
function fetchIn(
  visitor: Visitor,
  path: string,
  init: { method?: string; cache?: RequestCache; headers?: Record<string, string> } = {},
): Promise<{ status: number; text: string }> {
  const fetched = visitor.frame.evaluate(
    async (url, options) => {
      // Fetch allows `only-if-cached` in no other mode.
      const response = await fetch(url, { ...options, mode: 'same-origin' });
      return { status: response.status, text: await response.text() };
    },
    path,
    init,
  );
  return visitor.tab.launched.guard(fetched);
}

describe.each(BROWSERS)('in %s', (browserName) => {
  it('a fresh answer costs no round trip to the host: fetch, script and page', async () => {
    const instance = await startInstance();
    const site = await CountingSite.start(instance);
    const visitor = await visit(await openBrowser(browserName, 'visitor'), instance);
    const first = await fetchIn(visitor, '/text');
    expect(await fetchIn(visitor, '/text')).toEqual(first);
    await visitor.clickLink('to the other');
    await visitor.sees('Another page.');
    await visitor.clickLink('back to the first');
    await visitor.sees('script');
    expect(site.of('/')).toHaveLength(1);
    expect(site.of('/script.js')).toHaveLength(1);
    expect(site.of('/text')).toHaveLength(1);
    expect(visitor.consoleErrors).toEqual([]);
  });

  it('the host may say 304 to a validation, and the page gets the whole answer', async () => {
    const instance = await startInstance();
    const site = await CountingSite.start(instance);
    const visitor = await visit(await openBrowser(browserName, 'visitor'), instance);
    const first = await fetchIn(visitor, '/text');
    expect(await fetchIn(visitor, '/text', { cache: 'no-cache' })).toEqual(first);
    expect(site.of('/text')[1]).toEqual({
      target: '/text',
      asked: { 'cache-control': 'max-age=0', 'if-none-match': '"1"' },
      status: 304,
    });
  });

  it('a page that asks by itself gets the 304 itself', async () => {
    const instance = await startInstance();
    await CountingSite.start(instance);
    const visitor = await visit(await openBrowser(browserName, 'visitor'), instance);
    await fetchIn(visitor, '/text');
    const headers = { 'if-none-match': '"1"' };
    expect(await fetchIn(visitor, '/text', { headers })).toEqual({ status: 304, text: '' });
  });

  it('a reload has the page validated, and not its parts', async () => {
    const instance = await startInstance();
    const site = await CountingSite.start(instance);
    const visitor = await visit(await openBrowser(browserName, 'visitor'), instance);
    await visitor.reload();
    await visitor.sees('script');
    const asked = { 'cache-control': 'max-age=0', 'if-none-match': '"1"' };
    const [first, second, ...others] = site.of('/');
    expect(first).toEqual({ target: '/', asked: {}, status: 200 });
    expect(second).toEqual({ target: '/', asked, status: 304 });
    // Firefox restores the frame by itself, too, and sometimes gets so far as to ask.
    for (const other of others) expect(other).toEqual(second);
    expect(site.of('/script.js')).toHaveLength(1);
  });

  it('what may not be stored is asked for each time, and variants are told apart', async () => {
    const instance = await startInstance();
    const site = await CountingSite.start(instance);
    const visitor = await visit(await openBrowser(browserName, 'visitor'), instance);
    const first = await fetchIn(visitor, '/no-store');
    expect(await fetchIn(visitor, '/no-store')).not.toEqual(first);
    const ask = (level: string) =>
      fetchIn(visitor, '/vary', { headers: { 'language-level': level } });
    const [easy, hard] = [await ask('easy'), await ask('hard')];
    expect(hard).not.toEqual(easy);
    expect([await ask('easy'), await ask('hard')]).toEqual([easy, hard]);
    expect(site.of('/vary')).toHaveLength(2);
  });

  it('what a POST may have changed is asked for again', async () => {
    const instance = await startInstance();
    const site = await CountingSite.start(instance);
    const visitor = await visit(await openBrowser(browserName, 'visitor'), instance);
    const first = await fetchIn(visitor, '/text');
    await fetchIn(visitor, '/text', { method: 'POST' });
    expect(await fetchIn(visitor, '/text')).not.toEqual(first);
    expect(site.of('/text')).toHaveLength(3);
  });

  it('a part is made from the whole that is stored', async () => {
    const instance = await startInstance();
    const site = await CountingSite.start(instance);
    const visitor = await visit(await openBrowser(browserName, 'visitor'), instance);
    await fetchIn(visitor, '/text');
    const part = await fetchIn(visitor, '/text', { headers: { range: 'bytes=0-3' } });
    expect(part).toEqual({ status: 206, text: 'text' });
    expect(site.of('/text')).toHaveLength(1);
  });

  it('a file that was saved shows at once, and one that was not is not sent again', async () => {
    const instance = await startInstance();
    const page = (words: string) => `<p>${words} <a href="/style.css">style</a>`;
    const folder = await temporarySite({ 'index.html': page('Before.'), 'style.css': 'p {}' });
    const host = await hostFolder(instance, { name: 'files', folder });
    const visitor = await Visitor.open(await openBrowser(browserName, 'visitor'), host.address);
    await visitor.sees('Before.');
    expect(await fetchIn(visitor, '/style.css')).toEqual({ status: 200, text: 'p {}' });
    expect(await fetchIn(visitor, '/style.css')).toEqual({ status: 200, text: 'p {}' });
    await visitor.tab.until('the 304', async () =>
      /304 .*\/style\.css|\/style\.css.* 304/.test(host.log()),
    );
    // The host is another process: what it wrote before has come by now.
    expect(host.log()).toMatch(/200 .*\/style\.css|\/style\.css.* 200/);
    await writeFile(join(folder, 'index.html'), page('After.'));
    await writeFile(join(folder, 'style.css'), 'a {}');
    await visitor.reload();
    await visitor.sees('After.');
    expect(await fetchIn(visitor, '/style.css')).toEqual({ status: 200, text: 'a {}' });
  });

  it('what is stored outlasts the service worker', async () => {
    const { launched } = await launchStoppable(browserName);
    whenTestIsDone(() => launched.close());
    const instance = await startInstance();
    const site = await CountingSite.start(instance);
    const visitor = await visit(launched, instance);
    const first = await fetchIn(visitor, '/text');
    await stopServiceWorker(launched, visitor);
    // Asks nobody, however long it takes to read what is stored.
    expect(await fetchIn(visitor, '/text', { cache: 'only-if-cached' })).toEqual(first);
    expect(await fetchIn(visitor, '/text')).toEqual(first);
    expect(site.of('/text')).toHaveLength(1);
    await stopServiceWorker(launched, visitor);
    await fetchIn(visitor, '/text', { cache: 'only-if-cached' });
    expect(await fetchIn(visitor, '/text', { cache: 'no-cache' })).toEqual(first);
    expect(site.of('/text')[1]?.status).toBe(304);
  });

  it('nothing that the old site stored is shown when the name has a new owner (SPEC H6)', async () => {
    const instance = await startInstance();
    const site = (words: string) => async () => withHeaders(html(`<p>${words}`), FRESH);
    const first = await hostHandler(instance, { name: 'moved', handler: site('The old one.') });
    const launched = await openBrowser(browserName, 'visitor');
    const visitor = await Visitor.open(launched, instance.siteUrl('moved'));
    await visitor.sees('The old one.');
    await first.stop();
    await hostHandler(instance, { name: 'moved', handler: site('The new one.') });
    await visitor.seesScreen('This site has a new identity');
    await visitor.tab.click('button', 'Forget the old site and continue');
    await visitor.sees('The new one.');
  });
});

it('in chromium a reload past all caches asks for the page anew, and for what it fetches', async () => {
  const instance = await startInstance();
  const site = await CountingSite.start(instance);
  const visitor = await visit(await openBrowser('chromium', 'visitor'), instance);
  await fetchIn(visitor, '/text');
  const { page, launched } = visitor.tab;
  await launched.guard(page.reload({ ignoreCache: true, waitUntil: 'domcontentloaded' }));
  await visitor.tab.until('the page to be asked for again', async () => site.of('/').length === 2, {
    describe: async () => JSON.stringify(site.exchanges, null, 2),
  });
  await visitor.sees('script');
  await fetchIn(visitor, '/text');
  const anew = { pragma: 'no-cache', 'cache-control': 'no-cache' };
  expect(site.of('/')[1]).toEqual({ target: '/', asked: anew, status: 200 });
  expect(site.of('/text')[1]).toEqual({ target: '/text', asked: anew, status: 200 });
});
