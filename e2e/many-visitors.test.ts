/** Many at once, and some who ask for much and then do not read it: nobody else may feel it. */
import { createHash, randomBytes } from 'node:crypto';
import { readFile, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../src/protocol/limits.ts';
import { type Visit, visitSite } from '../src/visitor/node-visitor.ts';
import type { BrowserName } from './browsers/launch.ts';
import { type Answer, handlerOf, html, text } from './fixtures/answers.ts';
import { LargeBody } from './fixtures/slow-bodies.ts';
import { WatchedHost } from './fixtures/watched-host.ts';
import { browserPool } from './instance/browsers.ts';
import { type Instance, startInstance } from './instance/instance.ts';
import { createIdentity, hostFolder, hostHandler, temporarySite } from './instance/node-hosts.ts';
import { until, whenTestIsDone } from './instance/until.ts';
import { Visitor } from './instance/visitor.ts';

const MIB = 1024 * 1024;
const BROWSERS: readonly BrowserName[] = ['chromium', 'firefox'];
const PAGES_EACH = 10;
const LARGE_BYTES = 200 * MIB;
/** Small requests whose median is compared. */
const SAMPLES = 60;
/** A median may grow this much when others read or stall: the machine itself is shared. */
const WORST_RATIO = 5;

const openBrowser = browserPool();

async function visitFromNode(instance: Instance, name: string): Promise<Visit> {
  const visit = await visitSite({
    url: new URL(instance.siteUrl(name)),
    identity: await createIdentity(),
    pins: {
      pinFor: () => ({ load: () => Promise.resolve(undefined), save: () => Promise.resolve() }),
    },
    signal: new AbortController().signal,
  });
  whenTestIsDone(() => visit.close());
  return visit;
}

/** Median time of a small request, in ms. */
async function medianOfSmall({ connection }: Visit): Promise<number> {
  const times: number[] = [];
  for (let sample = 0; sample < SAMPLES; sample += 1) {
    const start = performance.now();
    const { status, body } = await connection.request(
      { method: 'GET', target: '/small', headers: [] },
      null,
    );
    expect(status).toBe(200);
    expect((await body?.read())?.length).toBe(5);
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  return times[SAMPLES / 2] ?? Number.NaN;
}

/** Asks for a file, reads its first MiB, and never reads on; resolves with the bytes read. */
async function stallAfterOneMiB({ connection }: Visit, target: string): Promise<number> {
  const { body } = await connection.request({ method: 'GET', target, headers: [] }, null);
  if (!body) throw new Error('There is no body.');
  let read = 0;
  while (read < MIB) {
    const chunk = await body.read();
    if (!chunk) throw new Error('The body ended early.');
    read += chunk.length;
  }
  return read;
}

it('serves twenty pages in two browsers at once, each with all its assets', {
  timeout: 180_000,
}, async () => {
  const assets = Array.from({ length: 6 }, (_, index) => randomBytes(1_000 * 4 ** index));
  const wanted = assets.map((bytes) => createHash('sha256').update(bytes).digest('hex'));
  const answers: Record<string, Answer> = {
    '/': html(`<title>Assets</title><p id="said">loading</p><script>
      const digest = async (index) => {
        const bytes = await (await fetch('/assets/' + index)).arrayBuffer();
        const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
        return [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('');
      };
      Promise.all([...Array(${assets.length}).keys()].map(digest)).then((digests) => {
        window.digests = digests;
        document.querySelector('#said').textContent = 'all read';
      });
    </script>`),
  };
  for (const [index, bytes] of assets.entries()) {
    answers[`/assets/${index}`] = {
      status: 200,
      headers: [['content-type', 'application/octet-stream']],
      body: new Uint8Array(bytes),
    };
  }
  const instance = await startInstance();
  const host = await hostHandler(instance, { name: 'busy', handler: handlerOf(answers) });
  const wantedRequests = BROWSERS.length * PAGES_EACH * (1 + assets.length);
  const pages = await Promise.all(
    BROWSERS.flatMap((browserName) =>
      Array.from({ length: PAGES_EACH }, async () => {
        const launched = await openBrowser(browserName, 'visitor');
        return Visitor.open(launched, instance.siteUrl('busy'));
      }),
    ),
  );
  // Told by the host, since twenty pages that are asked all the time get slow.
  const answered = () => host.events.filter((event) => event.kind === 'request').length;
  await until('every page and asset to be sent', async () => answered() >= wantedRequests, {
    timeoutMs: 120_000,
    describe: async () => `${answered()} of ${wantedRequests} answers`,
  });
  for (const page of pages) await page.sees('all read');
  for (const page of pages) {
    expect(await page.frame.evaluate(() => Reflect.get(window, 'digests'))).toEqual(wanted);
    expect(page.consoleErrors).toEqual([]);
  }
  expect(host.events.filter((event) => event.kind === 'visitor-joined')).toHaveLength(pages.length);
});

describe('a visitor who stops reading in the middle of a large file', () => {
  it('makes the host hold no more than its limits say, and holds up nobody else', async () => {
    const instance = await startInstance();
    const large = new LargeBody(LARGE_BYTES);
    const handler = handlerOf({ '/small': text('small'), '/large': () => large.respond() });
    const host = await WatchedHost.start(instance, 'stalled', handler);
    const other = await visitFromNode(instance, 'stalled');
    const before = await medianOfSmall(other);

    const stalled = await visitFromNode(instance, 'stalled');
    const read = await stallAfterOneMiB(stalled, '/large');
    const during = await medianOfSmall(other);
    expect(during / before).toBeLessThan(WORST_RATIO);

    const { maxStreamWindow, sendQueueBytes, bodyQueueBytes, messageBytes } = DEFAULT_LIMITS;
    expect(host.mostQueued).toBeLessThanOrEqual(sendQueueBytes + messageBytes);
    expect(large.made - read).toBeLessThanOrEqual(
      maxStreamWindow + sendQueueBytes + bodyQueueBytes + messageBytes,
    );
    // The very same connection still serves its owner.
    await medianOfSmall(stalled);
  });

  it.each(BROWSERS)('holds up nobody else when it is a page in %s', async (browserName) => {
    const instance = await startInstance();
    const large = new LargeBody(LARGE_BYTES);
    const handler = handlerOf({
      '/': '<title>Reader</title><p>A reader.',
      '/small': text('small'),
      '/large': () => large.respond(),
    });
    const host = await WatchedHost.start(instance, 'stalled', handler);
    const other = await visitFromNode(instance, 'stalled');
    const before = await medianOfSmall(other);

    const visitor = await Visitor.open(
      await openBrowser(browserName, 'visitor'),
      instance.siteUrl('stalled'),
    );
    await visitor.sees('A reader.');
    await visitor.frame.evaluate(async () => {
      const { body } = await fetch('/large');
      const reader = body?.getReader();
      Reflect.set(window, 'reader', reader);
      await reader?.read();
    });
    const during = await medianOfSmall(other);
    expect(during / before).toBeLessThan(WORST_RATIO);
    expect(host.mostQueued).toBeLessThanOrEqual(
      DEFAULT_LIMITS.sendQueueBytes + DEFAULT_LIMITS.messageBytes,
    );
    // Its own next request is answered as well.
    expect(await visitor.fetch('/small')).toMatchObject({ status: 200, bytes: 5 });
    expect(visitor.consoleErrors).toEqual([]);
  });

  it("does not make a host's process grow", async () => {
    const instance = await startInstance();
    const folder = await temporarySite({ small: 'small', large: '' });
    await truncate(join(folder, 'large'), LARGE_BYTES);
    const host = await hostFolder(instance, { name: 'folder', folder });
    const other = await visitFromNode(instance, 'folder');
    await medianOfSmall(other);
    const before = await residentBytes(host.pid);
    for (let count = 0; count < 4; count += 1) {
      await stallAfterOneMiB(await visitFromNode(instance, 'folder'), '/large');
    }
    await medianOfSmall(other);
    const grown = (await residentBytes(host.pid)) - before;
    // Four times 200 MB are asked for; a window and two queues for each may be held.
    const { maxStreamWindow, sendQueueBytes, bodyQueueBytes } = DEFAULT_LIMITS;
    expect(grown).toBeLessThan(4 * (maxStreamWindow + sendQueueBytes + bodyQueueBytes) + 32 * MIB);
  });
});

/** Memory of a process that is in RAM, in bytes (Linux). */
async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  if (kib === undefined) throw new Error(`The process ${pid} says nothing of its memory.`);
  return Number(kib) * 1024;
}
