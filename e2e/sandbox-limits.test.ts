/** What a project's code can do to its own tab, on purpose or not: the tab and the other visitors go on. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BodyReader } from '../src/protocol/http-message.ts';
import type { BrowserName } from './browsers/launch.ts';
import { openTabProject, type TabProject } from './fixtures/tab-project.ts';
import { browserPool } from './instance/browsers.ts';

const openBrowser = browserPool();
const BROWSERS: readonly BrowserName[] = ['chromium', 'firefox'];
const MIB = 1024 * 1024;

const FILES = {
  'peerserver.json': '{ "format": 1, "answerSeconds": 2 }',
  'migrations/0001.sql': 'CREATE TABLE kept (n INTEGER);',
  'public/about.html': 'static',
  'routes/fine.ts': 'export const GET = () => "fine";',
  'routes/loop.ts': 'export const GET = () => { for (;;); };',
  'routes/microtasks.ts': 'export const GET = async () => { for (;;) await undefined; };',
  'routes/never.ts': 'export const GET = () => new Promise(() => {});',
  'routes/hungry.ts': `export async function GET({ sql }) {
    await sql\`INSERT INTO kept VALUES (1)\`;
    const all = [];
    for (let size = 0; size < 1024; size += 16) all.push(new Uint8Array(16 * 1024 * 1024).fill(1));
    const texts = [];
    for (;;) texts.push(Array.from({ length: 100_000 }, (_, n) => String(n)));
  }`,
  'routes/kept.ts': `export const GET = async ({ db }) =>
    String((await db.prepare('SELECT count(*) AS n FROM kept').first()).n);`,
  'routes/throws.ts': 'throw new Error("at import"); export const GET = () => "never";',
  'routes/syntax.ts': 'export const GET = () => 1 +;',
  'routes/cycle/a.ts':
    'import { b } from "./b.ts"; export const a = b + 1; export const GET = () => String(a);',
  'routes/cycle/b.ts':
    'import { a } from "./a.ts"; export const b = a + 1; export const GET = () => String(b);',
  'routes/rows.ts': `export async function GET({ db }) {
    const { results } = await db.prepare(
      'WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 10000) SELECT n, n * 2 AS twice FROM c',
    ).all();
    return results;
  }`,
  'routes/big.ts': 'export const GET = () => new Response(new Uint8Array(50 * 1024 * 1024));',
  'routes/one.ts': `let most = 0, open = 0;
    export async function GET({ db, query }) {
      most = Math.max(most, ++open);
      const { n } = await db.prepare('SELECT ? AS n').bind(Number(query.n)).first();
      open -= 1;
      return { n, most };
    }`,
  'routes/unread.ts': 'export const POST = () => "not read";',
};

describe.each(BROWSERS)('in a tab of %s', (browser) => {
  let project: TabProject;
  beforeAll(async () => {
    project = await openTabProject(await openBrowser(browser, 'host'), FILES, afterAll);
  });

  const isFine = async () => {
    expect(await project.get('/fine')).toMatchObject({ status: 200, text: 'fine' });
    expect(await project.get('/about.html')).toMatchObject({ status: 200, text: 'static' });
  };

  it('an endless loop is stopped, told, and begun anew without', async () => {
    await isFine();
    const looping = project.get('/loop');
    const waiting = Array.from({ length: 10 }, () => project.get('/fine'));
    expect((await looping).status).toBe(504);
    // Whether asked before the loop began or after: those have not begun, so the next sandbox gets them.
    expect(new Set((await Promise.all(waiting)).map(({ status }) => status))).toEqual(
      new Set([200]),
    );
    await project.logged('routes/loop.ts', 'Nothing else could run for 2 s.');
    await isFine();
  });

  it('an endless chain of promises is stopped', async () => {
    expect((await project.get('/microtasks')).status).toBe(504);
    await project.logged('routes/microtasks.ts', 'Nothing else could run');
    await isFine();
  });

  it('an answer that never comes is given up, and nothing else ends for it', async () => {
    expect((await project.get('/never')).status).toBe(504);
    await project.logged('routes/never.ts', 'No answer after 2 s');
    await isFine();
  });

  it('memory without an end is taken away again, and no confirmed write is lost', async () => {
    const before = Number((await project.get('/kept')).text);
    const { status } = await project.get('/hungry');
    expect([500, 502, 503, 504]).toContain(status);
    await project.server.tab.until(
      'the site to answer again',
      async () => (await project.get('/fine')).status === 200,
    );
    expect(Number((await project.get('/kept')).text)).toBe(before + 1);
    expect(await project.server.connection()).toBe('Online');
  });

  it.each([
    ['/throws', 'routes/throws.ts:1', 'at import'],
    ['/syntax', 'routes/syntax.ts:1', 'Unexpected'],
  ])('%s fails by itself, and its author learns where', async (target, place, text) => {
    expect((await project.get(target)).status).toBe(500);
    await project.logged(place, text);
    await isFine();
  });

  it('an import cycle is answered, with what had no value yet', async () => {
    expect(await project.get('/cycle/a')).toMatchObject({ status: 200, text: 'NaN' });
  });

  it('answers of 10,000 rows and of 50 MB arrive whole', async () => {
    const rows = JSON.parse((await project.get('/rows')).text) as unknown[];
    expect(rows).toHaveLength(10_000);
    expect(rows.at(-1)).toEqual({ n: 10_000, twice: 20_000 });
    expect((await project.get('/big')).bytes.length).toBe(50 * MIB);
  });

  it('a thousand requests at once are all answered, each with its own', async () => {
    // The last of them waits for all others, on a slow machine for more than two seconds.
    await project.upload({ 'peerserver.json': '{ "format": 1, "answerSeconds": 30 }' });
    const answers = await Promise.all(
      Array.from({ length: 1_000 }, async (_, n) => {
        const { status, text } = await project.get(`/one?n=${n}`);
        return status === 200 && JSON.parse(text).n === n;
      }),
    );
    expect(answers.filter((right) => right)).toHaveLength(1_000);
  });

  it('a body that is never read holds up nobody', async () => {
    const uploads = Array.from({ length: 20 }, async () => {
      let pieces = 64;
      const body: BodyReader = {
        read: async () => (pieces-- > 0 ? new Uint8Array(256 * 1024) : null),
        cancel: () => {},
      };
      const head = { method: 'POST', target: '/unread', headers: [] };
      const response = await project.visit.connection.request(head, body);
      while (await response.body?.read());
      return response.status;
    });
    await isFine();
    expect(new Set(await Promise.all(uploads))).toEqual(new Set([200]));
  });
});
