/** What a page sees of answers that take their time. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BrowserName } from './browsers/launch.ts';
import { handlerOf } from './fixtures/answers.ts';
import { CountedEvents } from './fixtures/stopped-exchanges.ts';
import { StreamsSite } from './fixtures/streams-site.ts';
import { browserPool } from './instance/browsers.ts';
import { startInstance } from './instance/instance.ts';
import { createIdentity, hostHandler } from './instance/node-hosts.ts';
import { Visitor } from './instance/visitor.ts';

const openBrowser = browserPool();
const instance = await startInstance({ whenDone: afterAll });

describe.each<BrowserName>(['chromium', 'firefox'])('in %s', (browserName) => {
  const site = new StreamsSite();
  let visitor: Visitor;
  beforeAll(async () => {
    const handler = site.handle.bind(site);
    await hostHandler(instance, { name: `streams-${browserName}`, handler, whenDone: afterAll });
    const launched = await openBrowser(browserName, 'visitor');
    visitor = await Visitor.open(launched, instance.siteUrl(`streams-${browserName}`), afterAll);
    await visitor.sees('The streams');
  });

  it('lets sound and video seek: ranges are fetched, not the whole', async () => {
    const seeked = await visitor.frame.evaluate(async () => {
      const tone = document.querySelector<HTMLAudioElement>('#tone');
      if (!tone) throw new Error('There is no tone.');
      const event = (name: string) =>
        new Promise((resolve, reject) => {
          tone.addEventListener(name, resolve, { once: true });
          tone.addEventListener('error', () => reject(new Error(tone.error?.message)));
        });
      if (tone.readyState < HTMLMediaElement.HAVE_METADATA) await event('loadedmetadata');
      const sought = event('seeked');
      tone.currentTime = 1_700;
      await sought;
      return { duration: tone.duration, at: tone.currentTime };
    });
    expect(seeked).toEqual({ duration: 1_800, at: 1_700 });
    const starts = site.ranges.map((range) => Number(/^bytes=(\d+)-/.exec(range)?.[1] ?? 0));
    expect(Math.max(...starts)).toBeGreaterThan(10_000_000);
  });

  it('keeps an EventSource going: it comes again by itself, with the id of its last event', async () => {
    const heard = await visitor.frame.evaluate(
      () =>
        new Promise((resolve, reject) => {
          const events: string[] = [];
          const source = new EventSource('/events');
          source.addEventListener('tick', ({ data, lastEventId }) => {
            events.push(`${data} (${lastEventId})`);
            if (events.length < 6) return;
            source.close();
            resolve(events);
          });
          source.onerror = () => {
            if (source.readyState === EventSource.CLOSED) reject(new Error('It has given up.'));
          };
        }),
    );
    expect(heard).toEqual([1, 2, 3, 4, 5, 6].map((id) => `number ${id} (${id})`));
    expect(site.lastEventIds).toEqual([undefined, '2', '4']);
  });

  it('keeps an EventSource going when its host goes away and comes back', async () => {
    const events = new CountedEvents();
    const name = `events-${browserName}`;
    const options = {
      name,
      identity: await createIdentity(),
      keepName: true,
      handler: handlerOf({
        '/': '<title>Events</title><p>A page of events',
        '/events': (request) => events.respond(request),
      }),
    };
    const host = await hostHandler(instance, options);
    const page = await Visitor.open(
      await openBrowser(browserName, 'visitor'),
      instance.siteUrl(name),
    );
    await page.sees('A page of events');
    await page.frame.evaluate(() => {
      const heard: number[] = [];
      const states: number[] = [];
      const source = new EventSource('/events');
      source.onmessage = ({ data }) => heard.push(Number(data));
      source.onerror = () => states.push(source.readyState);
      Object.assign(window, { heard, states });
    });
    const said = (key: string) =>
      page.frame.evaluate((field) => Reflect.get(window, field) as number[], key);
    await page.tab.until('events', async () => (await said('heard')).length > 2);
    await host.stop();
    await page.tab.until('the end of the stream', async () => (await said('states')).length > 0);
    const before = (await said('heard')).length;
    await hostHandler(instance, options);
    await page.tab.until('events again', async () => (await said('heard')).length > before + 2);
    const heard = await said('heard');
    expect(heard).toEqual(heard.map((_, index) => index));
    expect(new Set(await said('states'))).toEqual(new Set([0]));
  });

  it('gives a page the first bytes of an answer before the last are made', async () => {
    const pieces = visitor.frame.evaluate(async () => {
      const reader = (await fetch('/pieces')).body
        ?.pipeThrough(new TextDecoderStream())
        .getReader();
      const first = await reader?.read();
      Reflect.set(window, 'first', first?.value);
      const second = await reader?.read();
      return `${first?.value}${second?.value}`;
    });
    const first = () => visitor.frame.evaluate(() => Reflect.get(window, 'first'));
    await expect.poll(first).toBe('first ');
    site.goOn();
    expect(await pieces).toBe('first second');
  });

  it('tells an XMLHttpRequest how far its answer has come, also across a redirect', async () => {
    const seen = await visitor.frame.evaluate(
      () =>
        new Promise((resolve, reject) => {
          const request = new XMLHttpRequest();
          const states: number[] = [];
          let progress = '';
          request.onreadystatechange = () => states.push(request.readyState);
          request.onprogress = ({ lengthComputable, loaded, total }) => {
            progress = `${lengthComputable} ${loaded} of ${total}`;
          };
          request.onerror = () => reject(new Error('It failed.'));
          request.onload = () =>
            resolve({
              states: [...new Set(states)],
              progress,
              url: new URL(request.responseURL).pathname,
              bytes: request.response.byteLength,
            });
          request.open('POST', '/moved');
          request.responseType = 'arraybuffer';
          request.send('x'.repeat(1000));
        }),
    );
    expect(seen).toEqual({
      states: [1, 2, 3, 4],
      progress: 'true 500000 of 500000',
      url: '/sized',
      bytes: 500_000,
    });
  });
});
