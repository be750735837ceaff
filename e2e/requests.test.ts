/** Requests of a site's page reach its host as they would reach any server, whatever they are made of. */
import { setTimeout as pause } from 'node:timers/promises';
import type { ElementHandle } from 'puppeteer-core';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { HostRequest, HostResponse } from '../src/protocol/http-message.ts';
import type { BrowserName } from './browsers/launch.ts';
import { html, text } from './fixtures/answers.ts';
import { startForeignPages } from './fixtures/foreign-pages.ts';
import { largeFile } from './fixtures/large-file.ts';
import { neverAnswered, type Recorded, RecordedRequests } from './fixtures/recorded-requests.ts';
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

await hostHandler(instance, { name: 'echo', handler: answer, whenDone: afterAll });

async function answer(request: HostRequest): Promise<HostResponse> {
  const [path = ''] = request.target.split('?');
  if (path === '/' || path === '/other') return html('<title>Echo</title><p>Here it is</p>');
  if (path === '/arrived') {
    requests.record(request);
    return html('<title>Arrived</title><p>Welcome</p>');
  }
  if (path.startsWith('/never')) {
    requests.record(request);
    return neverAnswered(request);
  }
  if (path === '/too-large') {
    requests.record(request);
    return text('Too large', 'text/plain', 413);
  }
  const recorded = await requests.read(request);
  if (path === '/redirect') {
    return { status: 307, headers: [['location', '/redirected']], body: null };
  }
  const { method, headers, bytes, sha256 } = recorded;
  return text(JSON.stringify({ method, headers, bytes, sha256 }), 'application/json');
}

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
    console.log(browserName, grown.browser / MIB, grown.host / MIB);
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

  it('tells the host of a fetch that is given up before its answer begins', async () => {
    const visitor = await visit();
    const outcome = await visitor.frame.evaluate(async () => {
      const controller = new AbortController();
      const first = fetch('/never/fetch', { signal: controller.signal });
      const second = fetch('/echo', { signal: new AbortController().signal });
      setTimeout(() => controller.abort(), 500);
      return [await first.catch((error) => error.name), (await second).status];
    });
    expect(outcome).toEqual(['AbortError', 200]);
    await requests.givenUp('/never/fetch');
  });

  it('tells the host of a Request and an XMLHttpRequest that are given up', async () => {
    const visitor = await visit();
    await visitor.frame.evaluate(async () => {
      const controller = new AbortController();
      const request = new Request('/never/request', { signal: controller.signal });
      const asked = fetch(request).catch(() => undefined);
      const xhr = new XMLHttpRequest();
      xhr.open('POST', '/never/xhr');
      xhr.send('body');
      const late = new XMLHttpRequest();
      late.open('GET', '/never/timeout');
      late.timeout = 500;
      late.send();
      setTimeout(() => {
        controller.abort();
        xhr.abort();
      }, 500);
      await asked;
    });
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
      });
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
