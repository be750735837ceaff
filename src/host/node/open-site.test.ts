import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { HostRequest } from '../../protocol/http-message.ts';
import type { SiteLogEntry } from '../site-log.ts';
import { request } from '../testing/request.ts';
import { type OpenSite, openSite } from './open-site.ts';
import { buildPrograms } from './testing/built-programs.ts';

let built: Awaited<ReturnType<typeof buildPrograms>>;
beforeAll(async () => {
  built = await buildPrograms();
}, 60_000);
afterAll(() => built.remove());

const endings: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

interface Project {
  readonly site: OpenSite;
  readonly log: SiteLogEntry[];
  save(files: Readonly<Record<string, string>>): Promise<void>;
  get(target: string, change?: Partial<HostRequest>): Promise<{ status: number; text: string }>;
}

async function open(files: Readonly<Record<string, string>>): Promise<Project> {
  const directory = await mkdtemp(join(tmpdir(), 'peerserver-project-'));
  const save: Project['save'] = async (changed) => {
    for (const [path, text] of Object.entries(changed)) {
      await mkdir(dirname(join(directory, path)), { recursive: true });
      await writeFile(join(directory, path), text);
    }
  };
  await save({ 'peerserver.json': '{"format":1}', ...files });
  const log: SiteLogEntry[] = [];
  const site = await openSite({
    directory,
    programs: built.programs,
    scheme: 'http',
    onLog: (entry) => log.push(entry),
    signal: new AbortController().signal,
  });
  endings.push(async () => {
    await site.close();
    await rm(directory, { recursive: true });
  });
  return {
    site,
    log,
    save,
    get: async (target, change) => {
      const headers = [
        ['host', 'garden.localhost:8890'],
        ['accept', 'text/html'],
      ] as const;
      const response = await site.handler({ ...request(target, { headers }), ...change });
      return { status: response.status, text: await new Response(response.body).text() };
    },
  };
}

describe('a project in a folder', () => {
  it('answers with a row of its database', async () => {
    const { get, log } = await open({
      'migrations/0001_items.sql':
        "CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO items (name) VALUES ('rake');",
      'routes/items/[id].ts':
        'export async function GET({ params, db }) { return await db.prepare("SELECT name FROM items WHERE id = ?").bind(params.id).first(); }',
      'public/index.html': 'static',
    });
    expect(await get('/items/1')).toEqual({ status: 200, text: '{"name":"rake"}' });
    expect(await get('/')).toEqual({ status: 200, text: 'static' });
    expect((await get('/nothing')).status).toBe(404);
    expect(log).toEqual([]);
  });

  it('is live anew after a save', async () => {
    const { get, save } = await open({ 'routes/index.ts': 'export const GET = () => "one";' });
    expect((await get('/')).text).toBe('one');
    await save({ 'routes/index.ts': 'export const GET = () => "two";' });
    await expect.poll(async () => (await get('/')).text).toBe('two');
  });

  it('stops an endless loop, tells where it was, and answers the others', async () => {
    const { get, log } = await open({
      'peerserver.json': '{"format":1,"answerSeconds":1}',
      'routes/fine.ts': 'export const GET = () => "fine";',
      'routes/loop.ts': 'export const GET = () => { for (;;); };',
    });
    expect((await get('/fine')).text).toBe('fine');
    const looping = get('/loop');
    const others = [get('/fine'), get('/fine')];
    expect((await looping).status).toBe(504);
    expect((await Promise.all(others)).map(({ text }) => text)).toEqual(['fine', 'fine']);
    expect(log).toMatchObject([
      { source: 'sandbox', place: { file: 'routes/loop.ts' }, request: 'GET /loop' },
    ]);
  });

  it('ends code that takes all memory, and nothing else', async () => {
    const { get, log } = await open({
      'routes/hungry.ts':
        'export const GET = () => { const all = []; for (;;) all.push(Array(1000).fill(all.length)); };',
      'routes/fine.ts': 'export const GET = () => "fine";',
    });
    // Out of memory, or busy with finding some for too long.
    expect([502, 504]).toContain((await get('/hungry')).status);
    expect((await get('/fine')).text).toBe('fine');
    expect(log).toMatchObject([{ source: 'sandbox', place: { file: 'routes/hungry.ts' } }]);
  });

  it('tells an error in lines of the author’s files, and shows it in development mode', async () => {
    const { get, log } = await open({
      'peerserver.json': '{"format":1,"development":true}',
      'lib/total.ts':
        '// sums up\nexport function total(items: number[]): number {\n  return itmes.length;\n}\n',
      'routes/index.ts':
        'import { total } from "../lib/total.ts";\nexport const GET = () => total([1]);\n',
    });
    const { status, text } = await get('/');
    expect(status).toBe(500);
    expect(text).toContain('lib/total.ts:3');
    expect(text).toContain('return itmes.length;');
    expect(log).toMatchObject([
      {
        text: 'ReferenceError: itmes is not defined',
        hint: 'There is no "itmes" here. Did you mean "items"?',
        place: { file: 'lib/total.ts', line: 3, lineText: '  return itmes.length;' },
        stack: expect.stringContaining('routes/index.ts:2'),
        request: 'GET /',
      },
    ]);
  });
});
