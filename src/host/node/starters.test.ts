/** The starters' routes with a real database, for what takes much, long, or two at the same moment. */
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { bodyOfBytes, readWholeBody } from '../../protocol/body-streams.ts';
import type { MessageSocket } from '../../protocol/message-socket.ts';
import { acceptPortConnection, openPortConnection } from '../sandbox/port-connection.ts';
import { openSite } from './open-site.ts';
import { buildPrograms } from './testing/built-programs.ts';

let built: Awaited<ReturnType<typeof buildPrograms>>;
beforeAll(async () => {
  built = await buildPrograms();
}, 60_000);
afterAll(() => built.remove());

const endings: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

/** A form's fields, or a body of another kind as it is. */
type Sent = Readonly<Record<string, string>> | Uint8Array<ArrayBuffer>;

interface Visitor {
  get(target: string): Promise<string>;
  /** @returns the status and the text of the answer */
  send(method: string, target: string, sent?: Sent): Promise<[number, string]>;
  openSocket(target: string): Promise<MessageSocket>;
}

/** A starter as a site. @param data SQL that is run behind its migrations; returns what makes a visitor of it */
async function open(starter: string, data = ''): Promise<() => Promise<Visitor>> {
  const directory = await mkdtemp(join(tmpdir(), 'peerserver-starter-'));
  endings.push(() => rm(directory, { recursive: true }));
  const source = new URL(`../../../starters/${starter}`, import.meta.url);
  await cp(fileURLToPath(source), directory, { recursive: true });
  if (data) await writeFile(join(directory, 'migrations/9999_data.sql'), data);
  const problems: string[] = [];
  const site = await openSite({
    directory,
    programs: built.programs,
    scheme: 'http',
    onLog: ({ level, text }) => level === 'error' && problems.push(text),
    signal: new AbortController().signal,
  });
  endings.push(async () => {
    await site.close();
    expect(problems).toEqual([]);
  });

  return async () => {
    const { port1, port2 } = new MessageChannel();
    endings.push(() => port1.close());
    void acceptPortConnection(port2, { handler: site.handler, connectionId: 'visitor' });
    const { connection } = await openPortConnection(port1);
    let cookie = '';
    const headOf = (method: string, target: string, type = '') => ({
      method,
      target,
      headers: [
        ['host', 'starter.localhost:8890'],
        ['accept', 'text/html'],
        ...(type ? [['content-type', type] as const] : []),
        ...(cookie ? [['cookie', cookie] as const] : []),
      ] as const,
    });
    const ask = async (method: string, target: string, sent?: Sent): Promise<[number, string]> => {
      const bytes =
        sent && !(sent instanceof Uint8Array)
          ? new TextEncoder().encode(String(new URLSearchParams(sent)))
          : sent;
      const type = sent === bytes ? '' : 'application/x-www-form-urlencoded';
      const body = bytes ? bodyOfBytes(bytes) : null;
      const answer = await connection.request(headOf(method, target, type), body);
      const set = answer.headers.find(([name]) => name === 'set-cookie')?.[1];
      if (set) cookie = set.split(';')[0] ?? '';
      const whole = answer.body ? await readWholeBody(answer.body, 1e8) : new Uint8Array();
      return [answer.status, new TextDecoder().decode(whole)];
    };
    return {
      get: async (target) => (await ask('GET', target))[1],
      send: ask,
      openSocket: async (target) => {
        const answer = await connection.openSocket(headOf('GET', target));
        if (answer.kind !== 'open') throw new Error(`refused: ${answer.response.status}`);
        endings.push(() => answer.socket.close());
        return answer.socket;
      },
    };
  };
}

it('login: a member who has been deleted gets the forms to log in and to register', async () => {
  // The owner deletes the row on the Database page; here writing a note does.
  const deletes =
    'CREATE TRIGGER deletes AFTER UPDATE ON members BEGIN DELETE FROM members WHERE id = new.id; END;';
  const ann = await (await open('login', deletes))();
  await ann.send('POST', '/register', { name: 'Ann', password: 'open sesame' });
  expect(await ann.get('/members')).toContain('Hello, Ann');
  await ann.send('POST', '/members', { note: 'the last' });
  expect((await ann.send('GET', '/members'))[0]).toBe(303);
  expect((await ann.send('GET', '/login'))[0]).toBe(200);
  expect((await ann.send('GET', '/register'))[0]).toBe(200);
});

it('files: nobody changes a file that is complete', async () => {
  const visitor = await (await open('files'))();
  const text = (word: string) => new TextEncoder().encode(word);
  await visitor.send('POST', '/files', text('{"name":"a.txt","size":4}'));
  expect(await visitor.send('PUT', '/files/1/pieces/0', text('good'))).toEqual([204, '']);
  expect(await visitor.send('PUT', '/files/1', text(''))).toEqual([204, '']);
  expect((await visitor.send('PUT', '/files/1/pieces/0', text('evil')))[0]).toBe(409);
  expect(await visitor.get('/files/1')).toBe('good');
});

it('files: an upload that was given up an hour ago takes no room', async () => {
  const begun = (minutesAgo: number) => `
    INSERT INTO files (name, size, piece_size, added_at)
    VALUES ('begun', 300 * 1024 * 1024, 524288, unixepoch() * 1000 - ${minutesAgo} * 60000);
    INSERT INTO pieces VALUES (1, 0, x'00');`;
  const file = new TextEncoder().encode(`{"name":"a","size":${200 * 1024 * 1024}}`);
  const late = await (await open('files', begun(61)))();
  expect((await late.send('POST', '/files', file))[0]).toBe(201);
  const early = await (await open('files', begun(59)))();
  expect((await early.send('POST', '/files', file))[0]).toBe(413);
});

it('drawing: a full board is opened, and keeps the newest lines', async () => {
  const points = JSON.stringify(Array.from({ length: 60 }, () => 1600));
  const full = `
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
    INSERT INTO lines (colour, width, points) SELECT '#22252b', 4, '${points}' FROM n;`;
  const visit = await open('drawing', full);
  const ann = await (await visit()).openSocket('/socket');
  const ben = await (await visit()).openSocket('/socket');
  expect(await linesOf(ann)).toHaveLength(20_000);
  await linesOf(ben);
  const line = { colour: '#d0342c', width: 4, points: [1, 2, 3, 4] };
  await ann.send(JSON.stringify({ line }));
  // What others are told of is stored.
  expect(JSON.parse(String(await ben.read()))).toEqual({ line });
  const cleo = await (await visit()).openSocket('/socket');
  const lines = await linesOf(cleo);
  expect(lines).toHaveLength(20_000);
  expect(lines.at(-1)).toEqual(line);
}, 60_000);

/** Joins the others, as the page does; the lines come before the message of how many are there. */
async function linesOf(socket: MessageSocket): Promise<unknown[]> {
  await socket.send(JSON.stringify({ join: true }));
  const lines: unknown[] = [];
  for (;;) {
    const text = await socket.read();
    if (text === null) throw new Error(`closed: ${JSON.stringify(await socket.closed)}`);
    const message = JSON.parse(String(text));
    if (message.people) return lines;
    if (message.picture) lines.push(...message.picture);
  }
}

it('quiz: who joins twice is one player, and gets the second name', async () => {
  const visit = await open('quiz');
  const ann = await visit();
  await ann.send('POST', '/', { name: 'An' });
  await ann.send('POST', '/', { name: 'Ann' });
  const teacher = await visit();
  await teacher.send('POST', '/teacher', { word: 'chalk' });
  expect(await teacher.get('/teacher/screen')).toMatch(
    /<ul class="names">\s*<li>Ann<\/li>\s*<\/ul>/,
  );
});

it('quiz: a step that is asked for twice is one step', async () => {
  const teacher = await (await open('quiz'))();
  await teacher.send('POST', '/teacher', { word: 'chalk' });
  const step = /name="step" value="([^"]*)"/.exec(await teacher.get('/teacher/screen'))?.[1] ?? '';
  expect(step).not.toBe('');
  await teacher.send('POST', '/teacher/next', { step });
  await teacher.send('POST', '/teacher/next', { step });
  expect(await teacher.get('/teacher/screen')).toContain('Show the answer');
});

it('quiz: as many points are the same place', async () => {
  const visit = await open(
    'quiz',
    "UPDATE quiz SET phase = 'over'; INSERT INTO players (name) VALUES ('Cleo');",
  );
  const [ann, ben] = [await visit(), await visit()];
  await ann.send('POST', '/', { name: 'Ann' });
  await ben.send('POST', '/', { name: 'Ben' });
  expect(await ann.get('/screen')).toContain('Place 1 of 3');
  expect(await ben.get('/screen')).toContain('Place 1 of 3');
});

it('garage sale: who reserves twice still has it', async () => {
  const visit = await open('garage-sale');
  const [ann, ben] = [await visit(), await visit()];
  for (const [visitor, name] of [
    [ann, 'Ann'],
    [ann, 'Ann'],
    [ben, 'Ben'],
  ] as const) {
    await visitor.send('POST', '/items/1', { name, contact: '0123', button: 'reserve' });
  }
  const page = await ann.get('/items/1');
  expect(page).toContain('Reserved for you, Ann.');
  expect(page).not.toContain('quicker');
  expect(await ben.get('/items/1')).toContain('Somebody was quicker than you.');
});
