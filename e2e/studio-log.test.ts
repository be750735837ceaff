/** What an author sees of the requests to a site: the log, the visitors, and a pause. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { BrowserName } from './browsers/launch.ts';
import { chooseFolder } from './fixtures/upload-folder.ts';
import { browserPool } from './instance/browsers.ts';
import { startInstance } from './instance/instance.ts';
import { temporarySite } from './instance/node-hosts.ts';
import { get, visitFromNode } from './instance/node-visitors.ts';
import { HomePage } from './instance/studio.ts';
import { LogPanel, VisitorsView } from './instance/studio-log.ts';
import type { Tab } from './instance/tab.ts';
import { Visitor } from './instance/visitor.ts';

const openBrowser = browserPool();
const BROWSERS: readonly BrowserName[] = ['chromium', 'firefox'];

/** A page that says what becomes of its WebSocket and its EventSource. */
const LIVE_PAGE = `<!doctype html><title>Live</title><h1>Live</h1><p id="socket"></p><p id="events"></p>
<script>
  let opened = 0;
  const show = (id, text) => { document.getElementById(id).textContent = id + ' ' + text; };
  const socket = new WebSocket('/echo');
  socket.onopen = () => show('socket', 'open');
  socket.onclose = ({ code, reason }) => show('socket', 'closed ' + code + ' ' + reason);
  new EventSource('/ticks').onmessage = ({ data }) => show('events', data + ' ' + ++opened);
</script>`;

/** Beside what the template has. */
const SITE = {
  'public/page.html': '<!doctype html><title>Page</title><h1>A page</h1>',
  'public/live.html': LIVE_PAGE,
  'routes/say.ts': `export const GET = ({ query }) => {
  console.log("said " + query.word);
  return new Response("said", { headers: { "x-said": query.word } });
};`,
  'routes/fail.ts': 'export const GET = () => {\n  throw new Error("ouch");\n};',
  'routes/echo.ts': `export const GET = ({ request }) => {
  if (request.headers.get("upgrade") !== "websocket") return new Response(null, { status: 426 });
  const [visitor, ours] = Object.values(new WebSocketPair());
  ours.accept();
  return new Response(null, { status: 101, webSocket: visitor });
};`,
  'routes/ticks.ts': `export const GET = () => {
  const stream = new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode("data: heard\\n\\n"));
    },
  });
  return new Response(stream, { headers: { "content-type": "text/event-stream" } });
};`,
};

async function openSite(browserName: BrowserName) {
  const instance = await startInstance();
  const launched = await openBrowser(browserName, 'host');
  const home = await HomePage.open(launched, instance);
  const server = await home.createServer('garden');
  const count = await chooseFolder(server.tab, await temporarySite(SITE));
  await server.tab.shows(`${count} files uploaded and live`);
  return { instance, launched, server, log: new LogPanel(server) };
}

/** Whether the focus is on an element with this text. */
function isFocused({ launched, page }: Tab, text: string): Promise<boolean> {
  const focused = page.evaluate(() => document.activeElement?.textContent);
  return launched.guard(focused).then((found) => found === text);
}

it.each(BROWSERS)('shows requests and visitors as they come in %s', async (browserName) => {
  const { instance, server, log } = await openSite(browserName);
  await log.open();
  await server.tab.click('button', 'Clear log');
  await server.tab.shows('Nothing yet.');
  const visit = await visitFromNode(instance, 'garden');
  const other = await visitFromNode(instance, 'garden');
  await get(visit, '/');
  await log.showsFirst('/');
  await get(other, '/say?word=hello&word=twice%20over');
  await get(visit, '/fail');
  await log.has('/say?word=hello&word=twice%20over', 'said twice over', '/fail', 'ouch');
  const rows = await log.rows();
  const row = (text: string) => rows.find((cells) => cells[2]?.startsWith(text));
  expect(row('/say')?.slice(1)).toEqual([
    'GET',
    '/say?word=hello&word=twice%20over',
    '200',
    '4 B',
    expect.stringMatching(/ m?s$/),
    'Visitor 2',
  ]);
  expect(row('/fail')?.slice(1, 4)).toEqual(['GET', '/fail', '500']);
  expect(row('/fail')?.at(-1)).toBe('Visitor 1');
  expect(row('routes/say.ts:2said twice over')?.[1]).toBe('info');

  await server.tab.click('button', '/say?word=hello&word=twice%20over');
  const details = await log.details();
  for (const text of ['GET request', 'Visitor 2', 'twice over', 'Response headers', 'x-said']) {
    expect(details).toContain(text);
  }
  await server.tab.click('button', 'Close details');
  for (const [file, line, text] of [
    ['routes/fail.ts', 2, 'ouch'],
    ['routes/say.ts', 2, 'console.log'],
  ] as const) {
    await server.tab.click('button', `${file}:${line}`);
    await server.tab.find('textbox', file);
    await server.tab.until('the cursor in the line', async () => {
      const [active] = await server.tab.page.$$('.cm-activeLine');
      return active?.evaluate((element, part) => element.textContent.includes(part), text);
    });
  }

  const visitors = new VisitorsView(server);
  await visitors.open();
  const [first, second] = await visitors.shows('Visitor 1', 'Visitor 2');
  expect(first?.[0]).toMatch(/^Visitor 1 [0-9a-f]{4} [0-9a-f]{4}$/);
  expect(first?.slice(1, 3)).toEqual(['just now', 'Direct']);
  expect(first?.[3]).toMatch(/^Sent [\d.]+ k?B received [\d.]+ k?B$/);
  expect(second?.[5]).toBe('1');
  await server.tab.until('the round trip', async () => {
    const [[, , , , roundTrip] = []] = await visitors.rows();
    return roundTrip?.endsWith(' ms');
  });
  await server.tab.until('the chart to count', async () => {
    const [requests, bytes] = await visitors.charts();
    return requests?.includes(' requests in the last two minutes') && bytes?.includes(' sent, ');
  });
  expect(server.tab.consoleErrors).toEqual([]);
});

it('filters, holds still, clears, resizes and saves the log', async () => {
  const { instance, launched, server, log } = await openSite('chromium');
  const { tab } = server;
  const { keyboard } = tab.page;
  const visit = await visitFromNode(instance, 'garden');
  await log.open();
  await tab.click('button', 'Clear log');
  for (const target of ['/page.html', '/missing', '/say?word=x', '/fail']) await get(visit, target);
  await tab.until('all entries', async () => (await log.rows()).length === 6);

  const texts = async () => (await log.texts()).map((text) => text.replace(/^routes.*:\d+/, ''));
  const shows = (...expected: string[]) =>
    tab.until(
      expected.join(),
      async () => (await texts()).sort().join() === [...expected].sort().join(),
      {
        describe: async () => (await texts()).join('\n'),
      },
    );
  await log.choose('Requests');
  await shows('/fail', '/say?word=x', '/missing', '/page.html');
  await log.choose('Console');
  await tab.until('two messages', async () => (await log.rows()).length === 2);
  await log.choose('Errors');
  await tab.until('three errors', async () => (await log.rows()).length === 3);
  await log.filter('404');
  await shows('/missing');
  await log.filter('nowhere to be found');
  await tab.shows('None of 6 entries is like this.');
  await tab.click('button', 'Show all');
  await tab.until('all entries', async () => (await log.rows()).length === 6);

  // By keyboard: down to an entry, its details, another's, and back.
  await log.choose('Requests');
  await launched.guard(keyboard.press('Tab'));
  for (let press = 0; press < 3; press++) await launched.guard(keyboard.press('Tab'));
  await launched.guard(keyboard.press('ArrowDown'));
  await launched.guard(keyboard.press('Enter'));
  expect(await log.details()).toContain('/say?word=x');
  await launched.guard(keyboard.press('ArrowDown'));
  await tab.until('the next details', async () => (await log.details()).includes('/missing'));
  await launched.guard(keyboard.press('Escape'));
  await tab.until('no details', async () => !(await tab.page.$('.log-details')));
  // Out of the details it leads back to their row.
  for (const press of ['Enter', 'Escape'] as const) {
    await launched.guard(keyboard.press('Enter'));
    await launched.guard((await tab.find('button', 'Close details')).focus());
    await launched.guard(keyboard.press(press));
    await tab.until('no details', async () => !(await tab.page.$('.log-details')));
    await tab.until('the focus in their row', () => isFocused(tab, '/missing'));
  }

  await tab.click('button', 'Pause log');
  await get(visit, '/page.html?while=paused');
  await tab.shows('1 waiting');
  await shows('/fail', '/say?word=x', '/missing', '/page.html');
  await tab.click('button', 'Resume log');
  await log.showsFirst('/page.html?while=paused');

  const height = await log.height();
  await launched.guard((await tab.find('separator', 'Height of the log')).focus());
  await launched.guard(keyboard.press('ArrowUp'));
  await tab.until('a higher log', async () => (await log.height()) > height);

  const folder = await temporarySite({});
  const session = await launched.browser.target().createCDPSession();
  await session.send('Browser.setDownloadBehavior', {
    behavior: 'allow',
    downloadPath: folder,
  });
  await tab.click('button', 'Download log as JSON');
  await tab.until('the file', async () => (await readdir(folder)).includes('garden-log.json'));
  const saved: unknown = JSON.parse(await readFile(join(folder, 'garden-log.json'), 'utf8'));
  expect(saved).toHaveLength(5);
  expect(saved).toMatchObject([
    { kind: 'request', method: 'GET', visitor: 'Visitor 1' },
    {},
    {},
    {},
    {},
  ]);

  await tab.click('button', 'Clear log');
  await tab.shows('Nothing yet.');
  expect(tab.consoleErrors).toEqual([]);
});

it('leaves the focus to whoever types elsewhere, also after a key at its end', async () => {
  const { instance, launched, server, log } = await openSite('chromium');
  const { page } = server.tab;
  const visit = await visitFromNode(instance, 'garden');
  await get(visit, '/page.html');
  await log.open();
  await log.has('/page.html');
  const newest = await server.tab.find('button', '/page.html');
  await launched.guard(newest.focus());
  await launched.guard(page.keyboard.press('ArrowUp'));
  await launched.guard(page.keyboard.press('ArrowUp'));
  const field = await server.tab.find('searchbox', 'Filter files');
  await launched.guard(field.focus());
  await get(visit, '/missing');
  await log.has('/missing');
  await get(visit, '/say?word=x');
  await log.has('/say?word=x');
  expect(await field.evaluate((input) => document.activeElement === input)).toBe(true);
});

it('stays bounded and where it is read while thousands of requests come', async () => {
  const { instance, server, log } = await openSite('chromium');
  const { tab } = server;
  const visit = await visitFromNode(instance, 'garden');
  await log.open();
  const many = async (count: number, name: string) => {
    for (let done = 0; done < count; done += 50) {
      await Promise.all(
        Array.from({ length: 50 }, (_, index) => get(visit, `/page.html?${name}=${done + index}`)),
      );
    }
  };
  await many(2_000, 'first');
  const scroller = () => tab.page.$eval('.log-scroller', (element) => element.scrollTop);
  await log.showsFirst('/page.html?first=1999');
  expect(await scroller()).toBe(0);
  await tab.page.$eval('.log-scroller', (element) => element.scrollTo(0, 5_000));
  const readAt = () =>
    tab.page.evaluate(() => {
      const { left, top } = document.querySelector('.log-scroller')?.getBoundingClientRect() ?? {
        left: 0,
        top: 0,
      };
      const row = document.elementFromPoint(left + 300, top + 90)?.closest('tr');
      return row?.querySelector('.log-path')?.textContent;
    });
  await tab.until('an entry in the middle', readAt);
  const before = await readAt();
  await many(500, 'second');
  await tab.until('all requests to be counted', async () =>
    (await server.logBar()).includes('2500 requests'),
  );
  expect(await readAt()).toBe(before);
  expect((await log.rows()).length).toBeLessThan(200);
  await tab.click('button', 'Newest');
  await log.showsFirst('/page.html?second=499');
  expect(tab.consoleErrors).toEqual([]);
});

it('pauses the site for its visitors, and lets them in again', async () => {
  const { instance, server } = await openSite('chromium');
  const choose = async (item: string) => {
    await server.tab.click('button', 'Server');
    await server.tab.click('menuitem', item);
  };
  const guest = await openBrowser('chromium', 'visitor');
  const page = await Visitor.open(guest, instance.siteUrl('garden', '/page.html'));
  await page.sees('A page');
  const live = await Visitor.open(guest, instance.siteUrl('garden', '/live.html'));
  await live.sees('socket open');
  await live.sees('events heard 1');
  await choose('Pause serving');
  await live.sees('socket closed 1013 This site is paused.');
  await page.reload();
  await page.sees('This site is paused');
  expect(await page.fetch('/say?word=x')).toMatchObject({ status: 503 });
  await server.showsVisitors('2 visitors');

  await choose('Resume serving');
  await page.sees('A page');
  // The browser asks again by itself.
  await live.sees('events heard 2');
  await choose('Pause serving');
  await page.reload();
  await page.sees('This site is paused');
  await server.reload();
  await page.sees('A page');
  expect(server.tab.consoleErrors).toEqual([]);
});

it('sends a visitor away, and lets it in again', async () => {
  const { instance, server } = await openSite('chromium');
  const visitors = new VisitorsView(server);
  await visitors.open();
  await server.tab.shows('Nobody is here yet');
  await server.tab.shows(instance.shareUrl('garden'));
  const guest = await openBrowser('chromium', 'visitor');
  const page = await Visitor.open(guest, instance.siteUrl('garden', '/page.html'));
  await page.sees('A page');
  const visit = await visitFromNode(instance, 'garden');
  await visitors.shows('Visitor 1', 'Visitor 2');
  await server.tab.click('button', 'Disconnect Visitor 1');
  await visitors.shows('Visitor 2');
  await server.tab.until('the focus at the heading', () => isFocused(server.tab, 'Visitors'));
  await server.tab.shows('Visitor 1 is disconnected, and kept out for five minutes.');
  await page.seesBanner('onnect');
  // What is said of it goes after a while; the page keeps it.
  await server.tab.shows('Kept out for five minutes');
  await server.tab.click('button', 'Let Visitor 1 in again');
  await server.tab.until('nobody to be kept out', async () => {
    return !(await server.tab.text()).includes('Kept out for five minutes');
  });
  await server.tab.until('the focus to stay there', () => isFocused(server.tab, 'Visitors'));
  await visitors.shows('Visitor 2', 'Visitor 1');
  await page.seesBanner(null);
  expect((await get(visit, '/page.html')).text).toContain('A page');
  await page.tab.close();
  await visitors.shows('Visitor 2');
  expect(server.tab.consoleErrors).toEqual([]);
});
