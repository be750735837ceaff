/** A project's code in a server tab: it answers visitors, and can do nothing else. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { BrowserName } from './browsers/launch.ts';
import { escapeRoutes } from './fixtures/escape-routes.ts';
import { openTabProject } from './fixtures/tab-project.ts';
import { browserPool } from './instance/browsers.ts';
import { whenTestIsDone } from './instance/until.ts';

const openBrowser = browserPool();
const BROWSERS: readonly BrowserName[] = ['chromium', 'firefox'];

/** Another server that lets everybody read; `asked` counts its requests. */
async function openApi(): Promise<{ readonly origin: string; asked: number }> {
  const api = { origin: '', asked: 0 };
  const server = createServer((request, response) => {
    api.asked += 1;
    const elsewhere = new URL(request.url ?? '/', 'http://x').searchParams.get('to');
    response.writeHead(elsewhere ? 302 : 200, {
      'access-control-allow-origin': '*',
      ...(elsewhere ? { location: elsewhere } : {}),
    });
    response.end('answer');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  whenTestIsDone(async () => void server.close());
  api.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return api;
}

const FETCHER = `export async function GET({ query }) {
  try { return await (await fetch(query.url)).text(); }
  catch { return 'refused'; }
}`;

describe.each(BROWSERS)('a project in a tab of %s', (browser) => {
  it('answers with a row of its database, and anew after a save', async () => {
    const { get, upload, server } = await openTabProject(await openBrowser(browser, 'host'), {
      'migrations/0001_items.sql':
        "CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO items (name) VALUES ('rake');",
      'routes/items/[id].ts': `export async function GET({ params, db }) {
        return await db.prepare('SELECT name FROM items WHERE id = ?').bind(params.id).first();
      }`,
      'public/about.html': 'static',
    });
    const row = await get('/items/1');
    expect(row).toMatchObject({ status: 200, text: '{"name":"rake"}' });
    expect(await get('/about.html')).toMatchObject({ status: 200, text: 'static' });
    await upload({ 'routes/items/[id].ts': 'export const GET = ({ params }) => params.id;' });
    expect(await get('/items/7')).toMatchObject({ status: 200, text: '7' });
    expect(server.tab.consoleErrors).toEqual([]);
  });

  it('reaches nothing of the studio’s, nor of anybody else’s', async () => {
    const project = await openTabProject(await openBrowser(browser, 'host'), {});
    const { get, upload, server, instance } = project;
    await upload(escapeRoutes(instance.origin));
    const tries = JSON.parse((await get('/escape')).text) as Record<string, string>;
    const got = Object.entries(tries).filter(([, outcome]) => outcome.startsWith('got'));
    expect(got).toEqual([]);
    expect(Object.keys(tries).length).toBe(20);

    // Two windows of the studio's origin hear each other there, the sandbox neither of them.
    await server.tab.launched.guard(
      server.tab.page.evaluate(() => {
        const channel = new BroadcastChannel('probe');
        const heard: unknown[] = [];
        channel.onmessage = ({ data }) => heard.push(data);
        setInterval(() => channel.postMessage('from the studio'), 5);
        Reflect.set(window, 'heard', heard);
      }),
    );
    expect((await get('/channel')).text).toBe('{"heard":[]}');
    const heard = await server.tab.page.evaluate(() => Reflect.get(window, 'heard'));
    expect(heard).toEqual([]);

    const statuses = JSON.parse((await get('/files')).text) as Record<string, number>;
    expect(Object.entries(statuses).filter(([, status]) => status < 400)).toEqual([]);
    const statements = JSON.parse((await get('/attach')).text) as Record<string, string>;
    expect(new Set(Object.values(statements))).toEqual(new Set(['refused']));
  });

  it('harms nobody but itself with messages that it makes up', async () => {
    const project = await openTabProject(await openBrowser(browser, 'host'), {
      'routes/index.ts':
        'export const GET = async ({ db }) => String((await db.prepare("SELECT 5 AS n").first()).n);',
      'public/about.html': 'static',
    });
    await project.upload(escapeRoutes(project.instance.origin));
    await project.get('/forge');
    expect(await project.get('/about.html')).toMatchObject({ status: 200, text: 'static' });
    await project.server.tab.until(
      'the site to answer again',
      async () => (await project.get('/')).text === '5',
    );
  });

  it('sends requests where its settings let it, and nowhere else', async () => {
    const [allowed, other] = [await openApi(), await openApi()];
    const settings = (fetch: unknown) => ({
      'peerserver.json': JSON.stringify({ format: 1, fetch }),
    });
    const { get, upload } = await openTabProject(await openBrowser(browser, 'host'), {
      'routes/fetch.ts': FETCHER,
      ...settings([allowed.origin]),
    });
    const ask = async (url: string) => (await get(`/fetch?url=${encodeURIComponent(url)}`)).text;
    expect(await ask(allowed.origin)).toBe('answer');
    expect(await ask(other.origin)).toBe('refused');
    expect(await ask(`${allowed.origin}/?to=${encodeURIComponent(other.origin)}`)).toBe('refused');
    expect(other.asked).toBe(0);
    await upload(settings('none'));
    expect(await ask(allowed.origin)).toBe('refused');
    await upload(settings('all'));
    expect(await ask(other.origin)).toBe('answer');
  });
});
