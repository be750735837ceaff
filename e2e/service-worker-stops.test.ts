/**
 * Browsers stop service workers as they please, here again and again while something is under way. Every byte
 * that a page gets is right, or it gets an error; and the next request works.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BrowserName } from './browsers/launch.ts';
import { handlerOf } from './fixtures/answers.ts';
import { launchStoppable, type StoppableBrowser } from './fixtures/service-worker-stopper.ts';
import { LargeBody } from './fixtures/slow-bodies.ts';
import { CountedEvents, HeldAnswer, smallAnswer, Uploads } from './fixtures/stopped-exchanges.ts';
import { startInstance } from './instance/instance.ts';
import { hostHandler } from './instance/node-hosts.ts';
import { Visitor } from './instance/visitor.ts';

const LARGE_BYTES = 100 * 1024 * 1024;
const SMALL_REQUESTS = 200;
/** At so many MiB of the large body the service worker is stopped. */
const STOP_AT_MIB = [0, 1, 10, 60, 99];
const UPLOAD_BYTES = 64 * 1024 * 1024;

const instance = await startInstance({ whenDone: afterAll });
const large = new LargeBody(LARGE_BYTES);
const uploads = new Uploads();
const events = new CountedEvents();
const held = new HeldAnswer();
const answers = handlerOf({
  '/': '<title>Stops</title><p>A page',
  '/large': () => large.respond(),
  '/upload': (request) => uploads.receive(request),
  '/events': (request) => events.respond(request),
  '/once': () => held.respond(),
});
await hostHandler(instance, {
  name: 'stops',
  handler: async (request) => smallAnswer(request) ?? answers(request),
  whenDone: afterAll,
});

describe.each<BrowserName>(['chromium', 'firefox'])('in %s', (browserName) => {
  let browser: StoppableBrowser;
  let visitor: Visitor;

  beforeAll(async () => {
    browser = await launchStoppable(browserName);
    visitor = await Visitor.open(browser.launched, instance.siteUrl('stops'), () => {});
    await visitor.sees('A page');
  });
  afterAll(() => browser.launched.close());

  const stop = () => browser.launched.guard(browser.stopServiceWorkers(visitor));

  /** What the page says of itself in `window.<name>`. */
  function said<T>(name: string): Promise<T> {
    return browser.launched.guard(
      visitor.frame.evaluate((key) => Reflect.get(window, key) as T, name),
    );
  }

  it('answers 200 small requests rightly or with an error, while it is stopped again and again', async () => {
    await visitor.frame.evaluate(askForSmall, SMALL_REQUESTS);
    let stops = 0;
    let last = 0;
    for (;;) {
      const seen = last;
      const counts = await visitor.tab.until('another answer', async () => {
        const now = await said<SmallCounts>('counts');
        return sumOf(now) > seen ? now : undefined;
      });
      last = sumOf(counts);
      if (last >= SMALL_REQUESTS) break;
      await stop();
      stops += 1;
    }
    const counts = await said<SmallCounts>('counts');
    console.log(`${browserName}: ${stops} stops, small requests: ${JSON.stringify(counts)}`);
    expect(await said<WrongAnswer[]>('wrongAnswers')).toEqual([]);
    expect(counts.wrong).toBe(0);
    expect(counts.cut).toBe(0);
    expect(sumOf(counts)).toBe(SMALL_REQUESTS);
    expect(stops).toBeGreaterThan(5);
    expect((await visitor.fetch('/small/1')).status).toBe(200);
  });

  it('fails a large answer visibly wherever it is stopped, and the next one is whole', async () => {
    const outcomes: string[] = [];
    for (const mib of STOP_AT_MIB) {
      await visitor.frame.evaluate(readLarge);
      await visitor.tab.until(`${mib} MiB`, async () => {
        const { bytes, outcome } = await said<LargeProgress>('progress');
        return bytes >= mib * 1024 * 1024 || outcome !== undefined;
      });
      await stop();
      const end = await visitor.tab.until('the end of the fetch', async () => {
        return (await said<LargeProgress>('progress')).outcome;
      });
      outcomes.push(end);
    }
    console.log(`${browserName}: stopped at ${STOP_AT_MIB.join()} MiB: ${outcomes.join('; ')}`);
    const whole = `whole: ${LARGE_BYTES} bytes, ${large.sha256()}`;
    const unseen = outcomes.filter((one) => one !== whole && !one.startsWith('failed: '));
    expect(unseen).toEqual([]);
    expect(await visitor.fetch('/large')).toEqual({
      status: 200,
      bytes: LARGE_BYTES,
      sha256: large.sha256(),
    });
  });

  it('delivers an upload at most once, and never says that it has when it has not', async () => {
    const outcomes: string[] = [];
    for (const part of [0, 0.25, 0.9]) {
      uploads.reset();
      await visitor.frame.evaluate(upload, UPLOAD_BYTES);
      await visitor.tab.until('the upload to get so far', async () => {
        const outcome = await said<string | undefined>('uploaded');
        return uploads.bytes >= part * UPLOAD_BYTES || outcome !== undefined;
      });
      await stop();
      const outcome = await visitor.tab.until('the end of the upload', () =>
        said<string | undefined>('uploaded'),
      );
      outcomes.push(`${outcome}, ${uploads.whole} of ${uploads.begun} whole at the host`);
      expect(uploads.whole).toBeLessThanOrEqual(1);
      expect(outcome).toMatch(/^(200: \d+|failed: )/);
      if (outcome.startsWith('200')) {
        expect(outcome).toBe(`200: ${UPLOAD_BYTES}`);
        expect(uploads.whole).toBe(1);
      }
    }
    console.log(`${browserName}: uploads: ${outcomes.join('; ')}`);
    uploads.reset();
    await visitor.frame.evaluate(upload, UPLOAD_BYTES);
    await visitor.tab.until('the upload without a stop', async () => {
      return (await said<string | undefined>('uploaded')) === `200: ${UPLOAD_BYTES}`;
    });
    expect(uploads.whole).toBe(1);
  });

  it('carries out once what it was stopped in the middle of, or says that it does not know', async () => {
    held.reset();
    await visitor.frame.evaluate(post, '/once');
    await visitor.tab.until('the request to reach the host', async () => held.asked === 1);
    await stop();
    const outcome = await visitor.tab.until('the end of the request', async () => {
      // A second one is held, too; none of them is to wait for ever.
      if (held.asked > 1) held.release();
      return said<string | undefined>('posted');
    });
    held.release();
    console.log(`${browserName}: POST stopped before its answer: ${outcome}`);
    expect(held.asked).toBe(1);
    expect(outcome).toMatch(/^failed: /);
  });

  it('takes up a stream of events where it was cut, by itself', async () => {
    const connections = events.connections;
    await visitor.frame.evaluate(listen);
    for (let stops = 0; stops < 4; stops += 1) {
      const before = (await said<number[]>('heard')).length;
      await visitor.tab.until('more events', async () => {
        return (await said<number[]>('heard')).length > before + 2;
      });
      await stop();
    }
    const before = (await said<number[]>('heard')).length;
    await visitor.tab.until('events after the last stop', async () => {
      return (await said<number[]>('heard')).length > before + 2;
    });
    await visitor.frame.evaluate(() => Reflect.get(window, 'source').close());
    const heard = await said<number[]>('heard');
    console.log(
      `${browserName}: ${heard.length} events over ${events.connections - connections} connections`,
    );
    // None twice, none missing: each new connection begins behind the last event that was heard.
    expect(heard).toEqual(heard.map((_, index) => index));
    expect(events.connections - connections).toBeGreaterThan(4);
  });
});

interface SmallCounts {
  readonly right: number;
  readonly failed: number;
  /** A part that looked like the whole. */
  readonly cut: number;
  readonly wrong: number;
}

/** What a page got that is neither the right answer nor an error. */
interface WrongAnswer {
  readonly number: number;
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly length: number;
  /** How it begins. */
  readonly text: string;
}

function sumOf({ right, failed, cut, wrong }: SmallCounts): number {
  return right + failed + cut + wrong;
}

interface LargeProgress {
  readonly bytes: number;
  readonly outcome?: string;
}

// What follows runs in the visited page.

function askForSmall(requests: number): void {
  const counts = { right: 0, failed: 0, cut: 0, wrong: 0 };
  Reflect.set(window, 'counts', counts);
  const wrongAnswers: WrongAnswer[] = [];
  Reflect.set(window, 'wrongAnswers', wrongAnswers);
  let next = 0;
  const ask = async (): Promise<void> => {
    while (next < requests) {
      const number = next;
      next += 1;
      const right = `small ${number} ${'.'.repeat(number * 50)}`;
      try {
        const response = await fetch(`/small/${number}`);
        const text = await response.text();
        const { status, headers } = response;
        if (status >= 500 && headers.has('peerserver-error')) counts.failed += 1;
        else if (text === right) counts.right += 1;
        else {
          if (right.startsWith(text)) counts.cut += 1;
          else counts.wrong += 1;
          const { length } = text;
          wrongAnswers.push({
            number,
            status,
            headers: [...headers],
            length,
            text: text.slice(0, 200),
          });
        }
      } catch {
        // Which is what a page sees of a request that failed.
        counts.failed += 1;
      }
    }
  };
  for (let parallel = 0; parallel < 4; parallel += 1) void ask();
}

function readLarge(): void {
  const progress: { bytes: number; outcome?: string } = { bytes: 0 };
  Reflect.set(window, 'progress', progress);
  const read = async (): Promise<string> => {
    const response = await fetch('/large');
    if (response.status !== 200) return `failed: status ${response.status}`;
    const reader = response.body?.getReader();
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    for (let next = await reader?.read(); next?.value; next = await reader?.read()) {
      chunks.push(next.value);
      progress.bytes += next.value.length;
    }
    const digest = await crypto.subtle.digest('SHA-256', await new Blob(chunks).arrayBuffer());
    const hex = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0'));
    return `whole: ${progress.bytes} bytes, ${hex.join('')}`;
  };
  read().then(
    (outcome) => {
      progress.outcome = outcome;
    },
    (error: Error) => {
      progress.outcome = `failed: ${error.name}`;
    },
  );
}

function upload(bytes: number): void {
  Reflect.deleteProperty(window, 'uploaded');
  const body = new Blob([new Uint8Array(bytes).fill(7)]);
  fetch('/upload', { method: 'POST', body })
    .then(async (response) =>
      response.status === 200
        ? `200: ${await response.text()}`
        : `failed: status ${response.status}`,
    )
    .catch((error: Error) => `failed: ${error.name}`)
    .then((outcome) => Reflect.set(window, 'uploaded', outcome));
}

function post(url: string): void {
  Reflect.deleteProperty(window, 'posted');
  fetch(url, { method: 'POST', body: 'do it' })
    .then((response) => (response.ok ? 'done' : `failed: status ${response.status}`))
    .catch((error: Error) => `failed: ${error.name}`)
    .then((outcome) => Reflect.set(window, 'posted', outcome));
}

function listen(): void {
  const heard: number[] = [];
  Reflect.set(window, 'heard', heard);
  const source = new EventSource('/events');
  Reflect.set(window, 'source', source);
  source.onmessage = ({ data }) => heard.push(Number(data));
}
