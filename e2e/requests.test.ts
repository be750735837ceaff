/** Requests of a site's page reach its host as they would reach any server, whatever they are made of. */
import { setTimeout as pause } from 'node:timers/promises';
import type { ElementHandle } from 'puppeteer-core';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { BrowserName } from './browsers/launch.ts';
import { echo } from './fixtures/echo-site.ts';
import { startForeignPages } from './fixtures/foreign-pages.ts';
import { largeFile } from './fixtures/large-file.ts';
import { type Recorded, RecordedRequests } from './fixtures/recorded-requests.ts';
import { browserPool } from './instance/browsers.ts';
import { startInstance } from './instance/instance.ts';
import { hostHandler } from './instance/node-hosts.ts';
import { residentBytes, residentBytesOfTree } from './instance/process-memory.ts';
import { Tab } from './instance/tab.ts';
import { until, whenTestIsDone } from './instance/until.ts';
import { Visitor } from './instance/visitor.ts';

const MIB = 1024 * 1024;
const openBrowser = browserPool();
const instance = await startInstance({ whenDone: afterAll });

/** Watches how much grows from now on; the function returned ends that and gives the most, in bytes. */
async function watchPeak(measure: () => Promise<number>): Promise<() => Promise<number>> {
  const before = await measure();
  let peak = before;
  let over = false;
  const watching = (async () => {
    while (!over) {
      await pause(200);
      peak = Math.max(peak, await measure());
    }
  })();
  return async () => {
    over = true;
    await watching;
    return peak - before;
  };
}

let requests = new RecordedRequests();
beforeEach(() => {
  requests = new RecordedRequests();
});

await hostHandler(instance, {
  name: 'echo',
  handler: (request) => echo(request, requests),
  whenDone: afterAll,
});

describe.each<BrowserName>(['chromium', 'firefox'])('in %s', (browserName) => {
  async function visit(): Promise<Visitor> {
    const launched = await openBrowser(browserName, 'visitor');
    const visitor = await Visitor.open(launched, instance.siteUrl('echo'));
    await visitor.sees('Here it is');
    return visitor;
  }

  it('carries every method, and the fields that a page sets', async () => {
    const visitor = await visit();
    const seen = await visitor.frame.evaluate(async () => {
      const echo = async (init: RequestInit) => (await fetch('/echo?a=b', init)).json();
      const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'BREW'];
      const answers = [];
      for (const method of methods) answers.push((await echo({ method })).method);
      const { status } = await fetch('/echo', { method: 'HEAD' });
      const fields = await echo({
        headers: [
          ['X-One', 'a'],
          ['x-one', 'b'],
          ['Accept', 'application/json'],
          ['Accept-Language', 'fr'],
          ['Authorization', 'Bearer token'],
          ['If-None-Match', '"tag"'],
        ],
      });
      return { answers, status, fields: fields.headers };
    });
    expect(seen.answers).toEqual(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'BREW']);
    expect(seen.status).toBe(200);
    expect(seen.fields).toMatchObject({
      'x-one': 'a, b',
      accept: 'application/json',
      'accept-language': 'fr',
      authorization: 'Bearer token',
      'if-none-match': '"tag"',
    });
    expect(requests.all.some(({ method }) => method === 'HEAD')).toBe(true);
  });

  it('makes the fields that a service worker does not see as the browser would', async () => {
    const visitor = await visit();
    const sent = await visitor.frame.evaluate(async () => {
      const echo = async (init: RequestInit) => (await (await fetch('/echo', init)).json()).headers;
      return {
        get: await echo({}),
        post: await echo({ method: 'POST', body: 'abc' }),
        empty: await echo({ method: 'POST' }),
        secret: await echo({ method: 'POST', body: 'abc', referrerPolicy: 'no-referrer' }),
        reload: await echo({ cache: 'reload' }),
        userAgent: navigator.userAgent,
      };
    });
    const address = instance.siteUrl('echo');
    const common = {
      host: new URL(address).host,
      accept: '*/*',
      'accept-language': 'en-US,en;q=0.9',
      referer: address,
      'user-agent': sent.userAgent,
      'sec-fetch-dest': 'empty',
      'sec-fetch-mode': 'cors',
      'sec-fetch-site': 'same-origin',
    };
    expect(sent.get).toMatchObject(common);
    expect(sent.get).not.toHaveProperty('origin');
    expect(sent.get).not.toHaveProperty('content-length');
    const origin = new URL(address).origin;
    const type = 'text/plain;charset=UTF-8';
    expect(sent.post).toMatchObject({
      ...common,
      origin,
      'content-type': type,
      'content-length': '3',
    });
    expect(sent.empty).toMatchObject({ ...common, origin, 'content-length': '0' });
    expect(sent.secret).toMatchObject({ origin });
    expect(sent.secret).not.toHaveProperty('referer');
    expect(sent.reload).toMatchObject({ pragma: 'no-cache', 'cache-control': 'no-cache' });
  });

  it('names the page whose link has led to the tab, as any server is told', async () => {
    const link = `<a href="${instance.siteUrl('echo', '/arrived')}">To the site</a>`;
    const foreign = await startForeignPages({ '/': link });
    const launched = await openBrowser(browserName, 'visitor');
    const tab = await Tab.open(launched, `${foreign}/`, whenTestIsDone);
    await tab.click('link', 'To the site');
    await new Visitor(tab).sees('Welcome');
    expect(requests.to('/arrived').map(({ headers }) => headers)).toMatchObject([
      {
        referer: `${foreign}/`,
        'sec-fetch-site': 'cross-site',
        'sec-fetch-mode': 'navigate',
        'sec-fetch-dest': 'document',
        'upgrade-insecure-requests': '1',
      },
    ]);
    const typed = await Visitor.open(launched, instance.siteUrl('echo', '/arrived?typed'));
    await typed.sees('Welcome');
    const [{ headers }] = requests.to('/arrived?typed') as [Recorded];
    expect(headers).toMatchObject({ 'sec-fetch-site': 'none', 'sec-fetch-user': '?1' });
    expect(headers).not.toHaveProperty('referer');
  });

  it('carries bodies of every kind with their type', async () => {
    const visitor = await visit();
    const sent = await visitor.frame.evaluate(async () => {
      const post = async (body: BodyInit) => {
        const { headers, bytes } = await (await fetch('/echo', { method: 'POST', body })).json();
        return [headers['content-type'], headers['content-length'], bytes];
      };
      const form = new FormData();
      form.set('file', new File(['content'], 'a.txt', { type: 'text/plain' }));
      const xhr = new XMLHttpRequest();
      const done = new Promise((resolve) => {
        xhr.onload = resolve;
      });
      xhr.open('PUT', '/echo');
      xhr.send(new Uint8Array(5));
      await done;
      return {
        params: await post(new URLSearchParams({ a: 'ä' })),
        blob: await post(new Blob(['12345'], { type: 'image/x-y' })),
        bytes: await post(new Uint8Array(100_000)),
        form: await post(form),
        xhr: JSON.parse(xhr.responseText).bytes,
        responseUrl: [xhr.responseURL, (await fetch('/echo')).url],
      };
    });
    expect(sent.params).toEqual(['application/x-www-form-urlencoded;charset=UTF-8', '8', 8]);
    expect(sent.blob).toEqual(['image/x-y', '5', 5]);
    expect(sent.bytes.slice(1)).toEqual(['100000', 100_000]);
    expect(sent.form[0]).toMatch(/^multipart\/form-data; boundary=\S+$/);
    const [type, , length] = sent.form;
    const [recorded] = requests.all.filter(({ headers }) => headers['content-type'] === type);
    expect(recorded?.text).toContain(String(type).split('boundary=')[1]);
    expect(recorded?.text).toContain('filename="a.txt"');
    expect(Number(sent.form[1])).toBe(length);
    expect(sent.xhr).toBe(5);
    const address = instance.siteUrl('echo', '/echo');
    expect(sent.responseUrl).toEqual([address, address]);
  });

  it('sends a body again where a redirect of 307 leads', async () => {
    const visitor = await visit();
    const sent = await visitor.frame.evaluate(async () => {
      const response = await fetch('/redirect', {
        method: 'POST',
        body: 'once more',
        signal: new AbortController().signal,
      });
      return { url: response.url, body: await response.json() };
    });
    expect(sent.url).toBe(instance.siteUrl('echo', '/redirected'));
    expect(sent.body).toMatchObject({ method: 'POST', bytes: 9 });
  });

  it('uploads a file of 300 MiB whole, and nobody holds it in memory', {
    timeout: 240_000,
  }, async () => {
    const film = await largeFile(300);
    const visitor = await visit();
    const { launched } = visitor.tab;
    const browser = launched.browser.process()?.pid ?? Number.NaN;
    const browserPeak = await watchPeak(() => residentBytesOfTree(browser));
    const hostPeak = await watchPeak(() => residentBytes(process.pid));
    await visitor.frame.evaluate(() => {
      const input = document.createElement('input');
      input.type = 'file';
      document.body.append(input);
    });
    const input = await visitor.frame.$('input');
    await launched.guard((input as ElementHandle<HTMLInputElement>).uploadFile(film.path));
    const uploaded = await launched.guard(
      visitor.frame.evaluate(async () => {
        const [file] = document.querySelector('input')?.files ?? [];
        const response = await fetch('/upload', { method: 'PUT', body: file ?? null });
        return response.json();
      }),
    );
    const grown = { browser: await browserPeak(), host: await hostPeak() };
    expect(uploaded).toMatchObject({ bytes: film.bytes, sha256: film.sha256 });
    expect(grown.browser).toBeLessThan(200 * MIB);
    expect(grown.host).toBeLessThan(100 * MIB);
  });

  it("lets a host's early refusal of an upload reach the page", async () => {
    const visitor = await visit();
    const refused = await visitor.frame.evaluate(async () => {
      const body = new Blob([new Uint8Array(40 * 1024 * 1024)]);
      const response = await fetch('/too-large', { method: 'POST', body });
      return { status: response.status, text: await response.text() };
    });
    expect(refused).toEqual({ status: 413, text: 'Too large' });
    expect(await visitor.frame.evaluate(async () => (await fetch('/echo')).status)).toBe(200);
  });
});

describe('in chromium', () => {
  it('sends a body while the page still makes it, and tells the page when it is not wanted', async () => {
    const visitor = await Visitor.open(
      await openBrowser('chromium', 'visitor'),
      instance.siteUrl('echo'),
    );
    await visitor.sees('Here it is');
    await visitor.frame.evaluate(() => {
      const { readable, writable } = new TransformStream<Uint8Array>();
      const writer = writable.getWriter();
      Reflect.set(window, 'write', (text: string) => writer.write(new TextEncoder().encode(text)));
      Reflect.set(window, 'end', () => writer.close());
      const init = { method: 'POST', body: readable, duplex: 'half' };
      const answered = fetch('/stream', init).then((response) => response.json());
      Reflect.set(window, 'answered', answered);
      void Reflect.get(window, 'write')('first');
    });
    const recorded = await requests.come('/stream');
    await until('the first piece', async () => recorded.text === 'first');
    await visitor.frame.evaluate(() => Reflect.get(window, 'write')(' second'));
    await until('the second piece', async () => recorded.text === 'first second');
    expect(recorded.sha256).toBeUndefined();
    await visitor.frame.evaluate(() => Reflect.get(window, 'end')());
    const answered = await visitor.frame.evaluate(() => Reflect.get(window, 'answered'));
    expect(answered).toMatchObject({ bytes: 12 });
  });
});
