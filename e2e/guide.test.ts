/** The projects that docs/dynamic-sites.md and README.md show work as the pages say. */
import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { askAll } from './fixtures/ask-example.ts';
import { filesOfPage } from './fixtures/files-of-page.ts';
import { startInstance } from './instance/instance.ts';
import { hostFolder, temporarySite } from './instance/node-hosts.ts';
import { visitFromNode } from './instance/node-visitors.ts';

async function serve(files: Record<string, string>) {
  const instance = await startInstance();
  const host = await hostFolder(instance, { name: 'garden', folder: await temporarySite(files) });
  return { host, visit: await visitFromNode(instance, 'garden') };
}

const pageOf = (path: string) => readFile(new URL(`../${path}`, import.meta.url), 'utf8');

it('answers as README.md says', async () => {
  const [, route = ''] = /```ts\n(.*?)^```/ms.exec(await pageOf('README.md')) ?? [];
  const { host, visit } = await serve({
    'peerserver.json': '{ "format": 1 }',
    'migrations/0001.sql': 'CREATE TABLE visits (at INTEGER)',
    'routes/index.ts': route,
  });
  const form = new URLSearchParams();
  const answers = await askAll(visit, [
    { ask: 'GET /', status: 200 },
    { ask: 'POST /', body: form, status: 303 },
    { ask: 'POST /', body: form, status: 303 },
    { ask: 'GET /', status: 200 },
  ]);
  expect(answers[0]?.text).toContain('<h1>0 visits, 0 of them yours</h1>');
  expect(answers[3]?.text).toContain('<h1>2 visits, 2 of them yours</h1>');
  expect(host.log()).not.toMatch(/error|warn/);
});

it('answers as the guide says', async () => {
  const { host, visit } = await serve(filesOfPage(await pageOf('docs/dynamic-sites.md')));
  const answers = await askAll(visit, [
    { ask: 'GET /plants', status: 200 },
    { ask: 'GET /plants/2', status: 200 },
    { ask: 'GET /plants/7', status: 404 },
    { ask: 'POST /plants', body: new URLSearchParams({ name: 'Moss' }), status: 303 },
    { ask: 'DELETE /plants/1', status: 204 },
    { ask: 'PUT /plants/1', status: 405 },
    { ask: 'GET /api/visits', status: 200 },
    { ask: 'GET /api/visits', status: 200 },
    { ask: 'GET /api/count', status: 200 },
    { ask: 'GET /password?password=open%20sesame', status: 200 },
    { ask: 'GET /password?password=sesame', status: 200 },
  ]);
  expect(answers.map(({ status, text }) => `${status} ${text}`.trim())).toEqual([
    '200 [{"id":1,"name":"Fern"},{"id":2,"name":"Ivy"}]',
    '200 <!doctype html>\n<title>Plants</title>\n<h1>Ivy</h1>\n<p>IVY!</p>',
    '404 There is no such plant.',
    '303',
    '204',
    '405 This address does not take PUT.',
    '200 {"visits":1}',
    '200 {"visits":2}',
    '200 {"plants":2}',
    '200 {"right":true}',
    '200 {"right":false}',
  ]);
  expect(answers[3]?.headers.join('\n')).toMatch(/^location: \/plants$/m);
  expect(answers[3]?.headers.join('\n')).toMatch(/^set-cookie: session=.*HttpOnly; SameSite=Lax/m);
  const { connection } = visit;
  const ticks = await connection.request({ method: 'GET', target: '/ticks', headers: [] }, null);
  expect(ticks.headers).toContainEqual(['content-type', 'text/event-stream']);
  expect(Buffer.from((await ticks.body?.read()) ?? []).toString()).toBe('data: 1\n\n');
  ticks.body?.cancel();
  const echo = await connection.openSocket({ method: 'GET', target: '/echo', headers: [] });
  if (echo.kind !== 'open') throw new Error('The guide’s WebSocket is refused.');
  await echo.socket.send('hello');
  expect(await echo.socket.read()).toBe('You said hello');
  echo.socket.close();
  expect(host.log()).not.toMatch(/error|warn/);
});
