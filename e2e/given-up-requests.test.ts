/** What a page does not want any more ends at its host, and what it wants to the last reaches it. */
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { BrowserName } from './browsers/launch.ts';
import { echo } from './fixtures/echo-site.ts';
import { RecordedRequests } from './fixtures/recorded-requests.ts';
import { browserPool } from './instance/browsers.ts';
import { startInstance } from './instance/instance.ts';
import { hostHandler } from './instance/node-hosts.ts';
import { until } from './instance/until.ts';
import { Visitor } from './instance/visitor.ts';

const openBrowser = browserPool();
const instance = await startInstance({ whenDone: afterAll });

let requests = new RecordedRequests();
beforeEach(() => {
  requests = new RecordedRequests();
});

await hostHandler(instance, {
  name: 'echo',
  handler: (request) => echo(request, requests),
  whenDone: afterAll,
});

/** Has the page give up what it asked for, and returns what came of that. */
function giveUp({ tab, frame }: Visitor): Promise<unknown> {
  return tab.launched.guard(frame.evaluate(() => Reflect.get(window, 'giveUp')()));
}

describe.each<BrowserName>(['chromium', 'firefox'])('in %s', (browserName) => {
  async function visit(): Promise<Visitor> {
    const launched = await openBrowser(browserName, 'visitor');
    const visitor = await Visitor.open(launched, instance.siteUrl('echo'));
    await visitor.sees('Here it is');
    return visitor;
  }

  it('tells the host of a fetch that is given up before its answer begins', async () => {
    const visitor = await visit();
    await visitor.frame.evaluate(() => {
      const controller = new AbortController();
      const first = fetch('/never/fetch', { signal: controller.signal }).catch(({ name }) => name);
      const second = fetch('/echo', { signal: new AbortController().signal });
      Reflect.set(window, 'giveUp', async () => {
        controller.abort();
        return [await first, (await second).status];
      });
    });
    await requests.come('/never/fetch');
    expect(await giveUp(visitor)).toEqual(['AbortError', 200]);
    await requests.givenUp('/never/fetch');
  });

  it('tells the host of a Request and an XMLHttpRequest that are given up', async () => {
    const visitor = await visit();
    await visitor.frame.evaluate(() => {
      const controller = new AbortController();
      const request = new Request('/never/request', { signal: controller.signal });
      const asked = fetch(request).catch(() => undefined);
      const xhr = new XMLHttpRequest();
      xhr.open('POST', '/never/xhr');
      xhr.send('body');
      const late = new XMLHttpRequest();
      late.open('GET', '/never/timeout');
      late.timeout = 5_000;
      late.send();
      Reflect.set(window, 'giveUp', () => {
        controller.abort();
        xhr.abort();
        return asked;
      });
    });
    await requests.come('/never/request');
    await requests.come('/never/xhr');
    await giveUp(visitor);
    await requests.givenUp('/never/request');
    await requests.givenUp('/never/xhr');
    await requests.givenUp('/never/timeout');
  });

  it('ends only the one of two equal requests that was given up', async () => {
    const visitor = await visit();
    await visitor.frame.evaluate(() => {
      const first = new AbortController();
      const second = new AbortController();
      void fetch('/never/equal', { signal: first.signal }).catch(() => undefined);
      first.abort();
      void fetch('/never/equal', { signal: second.signal }).catch(() => undefined);
    });
    const waiting = () => requests.to('/never/equal').filter(({ aborted }) => !aborted);
    await until('the second request', async () => waiting().length === 1);
    expect(await visitor.fetch('/echo')).toMatchObject({ status: 200 });
    expect(waiting()).toHaveLength(1);
  });

  it('leaves fetch and the others as a page knows them', async () => {
    const visitor = await visit();
    const seen = await visitor.frame.evaluate(async () => {
      const errors: string[] = [];
      for (const input of ['http://', 'data:,x#y']) {
        await fetch(input, { signal: new AbortController().signal }).catch((error) =>
          errors.push(error.name),
        );
      }
      return {
        text: [String(fetch), String(XMLHttpRequest.prototype.open)],
        names: [fetch.name, fetch.length, XMLHttpRequest.prototype.open.length],
        errors,
        aborted: await fetch('/echo', { signal: AbortSignal.abort('why') }).catch((why) => why),
      };
    });
    for (const text of seen.text) expect(text).toContain('[native code]');
    expect(seen.names).toEqual(['fetch', 1, 2]);
    expect(seen.errors).toEqual(['TypeError']);
    expect(seen.aborted).toBe('why');
  });

  it('ends at the host what a page waits for when it goes, and delivers its last words', async () => {
    const visitor = await visit();
    await visitor.frame.evaluate(() => {
      void fetch('/never/of-page').catch(() => undefined);
      new Image().src = '/never/image';
      void fetch('/never/kept', { method: 'POST', body: 'kept', keepalive: true }).catch(
        () => undefined,
      );
      addEventListener('pagehide', () => {
        navigator.sendBeacon('/beacon', 'last words');
        void fetch('/keepalive', { method: 'POST', body: 'the very last', keepalive: true });
        void fetch('/discreet', {
          method: 'POST',
          body: 'nobody knows by whom',
          keepalive: true,
          credentials: 'omit',
          referrerPolicy: 'no-referrer',
        });
      });
      // biome-ignore lint/suspicious/noDocumentCookie: what it brings is looked at
      document.cookie = 'who=anna';
    });
    await requests.come('/never/of-page');
    await requests.come('/never/image');
    await requests.come('/never/kept');
    await visitor.frame.evaluate(() => {
      location.href = '/other';
    });
    await requests.givenUp('/never/of-page');
    await requests.givenUp('/never/image');
    const beacon = await requests.come('/beacon');
    expect(beacon).toMatchObject({ method: 'POST' });
    await until('its body', async () => beacon.text === 'last words');
    expect(beacon.headers['content-type']).toMatch(/^text\/plain;charset=utf-8$/i);
    const last = await requests.come('/keepalive');
    await until('its body', async () => last.text === 'the very last');
    const site = new URL(instance.siteUrl('echo'));
    expect(last.headers).toMatchObject({ cookie: 'who=anna', referer: site.href });
    const discreet = await requests.come('/discreet');
    expect(discreet.headers.cookie).toBeUndefined();
    expect(discreet.headers.referer).toBeUndefined();
    expect(requests.to('/never/kept').map(({ aborted }) => aborted)).toEqual([false]);
  });

  it('ends at the host a navigation that another one replaces', async () => {
    const visitor = await visit();
    await visitor.frame.evaluate(() => {
      location.href = '/never/slow-page';
    });
    await requests.come('/never/slow-page');
    await visitor.frame.evaluate(() => {
      location.href = '/other';
    });
    await until('the other page', async () => (await visitor.frameAddress()).endsWith('/other'));
    await requests.givenUp('/never/slow-page');
  });

  it('ends all requests at the host when the tab is closed', async () => {
    const visitor = await visit();
    await visitor.frame.evaluate(() => {
      void fetch('/never/of-tab').catch(() => undefined);
    });
    await requests.come('/never/of-tab');
    await visitor.tab.close();
    await requests.givenUp('/never/of-tab');
  });
});
