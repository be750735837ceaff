import { METHODS } from 'node:http';
import { expect, it } from 'vitest';
import { HOST, LocalPort, plain, readAll, SITE, withLocalPort } from './local-port.test.support.ts';

let local: LocalPort;
withLocalPort((fresh) => {
  local = fresh;
});

it.each([
  ['CONNECT', 'CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n', 501],
  ['TRACE', `TRACE / HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`, 405],
  ['an unknown method', `FROB / HTTP/1.1\r\n${HOST}\r\n`, 501],
  ['a request without Host', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
  [
    'an expectation that nobody has',
    `PUT / HTTP/1.1\r\n${HOST}Expect: x\r\nContent-Length: 9\r\n\r\n`,
    417,
  ],
  [
    'a foreign Host (DNS rebinding)',
    'GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n',
    403,
  ],
  ['headers above the limit', `GET / HTTP/1.1\r\n${HOST}X: ${'x'.repeat(50_000)}\r\n\r\n`, 431],
  ['nonsense', 'GET \u0000\r\n\r\n', 400],
  ['what is no HTTP at all', 'hello world\r\n', 400],
  ['the begin of TLS', '\u0016\u0003\u0001\u0002', 400],
  ['HTTP/2 from the start', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 505],
  // What two programs could read in two ways, so that one request hides in another.
  [
    'both a length and chunks',
    `POST / HTTP/1.1\r\n${HOST}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    400,
  ],
  [
    'two lengths',
    `POST / HTTP/1.1\r\n${HOST}Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd`,
    400,
  ],
  [
    'chunks that are not the last coding',
    `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`,
    400,
  ],
  ['a blank before the colon', `GET / HTTP/1.1\r\n${HOST}A : b\r\n\r\n`, 400],
  ['a bare line feed', `GET / HTTP/1.1\n${HOST}\n\n`, 400],
])('refuses %s without asking the site, says so, and logs it', async (_what, bytes, status) => {
  let isAsked = false;
  local.answer = async ({ body }) => {
    isAsked = body === null;
    return plain(await readAll(body));
  };
  const { all } = local.talk(bytes);
  const answered = await all();
  expect(answered).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  expect(answered).toContain('\r\npeerserver-error: bad-input\r\n');
  expect(isAsked).toBe(false);
  expect(local.events).toMatchObject([{ status, bytes: 0, error: { code: 'bad-input' } }]);
});

it.each([
  ['FROB /a HTTP/1.1\r\n\r\n', 'FROB', '/a', /method is unknown/],
  ['hello world\r\n', '-', '-', /Speak HTTP\/1\.1/],
  ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'PRI', '*', /Speak HTTP\/1\.1/],
  ['\u0016\u0003\u0001\u0002', '-', '-', /http:\/\/ instead of https/],
  ['CONNECT a.example:443 HTTP/1.1\r\nHost: a\r\n\r\n', 'CONNECT', 'a.example:443', /no tunnel/],
  [`GET /${'x'.repeat(5_000)} HTTP/1.1\r\n\0`, '-', '-', /not HTTP as it should be/],
])('logs what could not be read, case %#', async (bytes, method, target, message) => {
  await local.talk(bytes).all();
  expect(local.events).toMatchObject([{ method, target }]);
  expect(local.events[0]?.error?.message).toMatch(message);
});

it('names every method that passes when it refuses TRACE', async () => {
  const { response } = await local.ask({ method: 'TRACE' });
  const allowed = (response.headers.allow ?? '').split(', ');
  expect(allowed).toEqual(METHODS.filter((one) => one !== 'TRACE' && one !== 'CONNECT'));
  for (const method of ['GET', 'PROPFIND', 'M-SEARCH']) {
    expect((await local.ask({ method })).response.statusCode).toBe(200);
    expect(allowed).toContain(method);
  }
});

it('waits for the rest of a head only so long, and as long as it takes for the rest of a body', async () => {
  const impatient = new LocalPort(20);
  await impatient.listen();
  try {
    const body = impatient.talk(`PUT / HTTP/1.1\r\n${HOST}Content-Length: 4\r\n\r\nab`);
    impatient.answer = async (asked) => plain(await readAll(asked.body));
    const answered = await impatient.talk(`GET /half HTTP/1.1\r\n${HOST}`).all();
    expect(answered).toMatch(/^HTTP\/1\.1 408 /);
    expect(answered).toContain('took too long');
    // A connection that is opened ahead of time is closed without a word, and is no request.
    expect(await impatient.talk().all()).toBe('');
    expect(impatient.events).toMatchObject([{ status: 408, error: { code: 'bad-input' } }]);
    body.socket.write('cd');
    body.socket.end();
    expect(await body.all()).toMatch(/^HTTP\/1\.1 200 [\s\S]*abcd/);
  } finally {
    await impatient.close();
  }
});

it("refuses a page of another site that would change something, and takes the site's own", async () => {
  const asked: string[] = [];
  local.answer = async ({ head }) => {
    asked.push(head.headers.find(([name]) => name === 'origin')?.[1] ?? '');
    return plain('done');
  };
  const post = (headers: Record<string, string>) => local.ask({ method: 'POST', headers }, 'body');
  const foreign = await post({ origin: 'https://evil.example' });
  expect(foreign.response.statusCode).toBe(403);
  expect(foreign.text).toMatch(/^The request comes from a page of https:\/\/evil\.example\. /);
  expect((await post({ 'sec-fetch-site': 'cross-site' })).response.statusCode).toBe(403);
  expect(asked).toEqual([]);
  expect((await post({ origin: `http://localhost:${local.port}` })).text).toBe('done');
  expect((await post({ origin: SITE })).text).toBe('done');
  expect((await post({})).text).toBe('done');
  const reading = await local.ask({ headers: { origin: 'https://evil.example' } });
  expect(reading.text).toBe('done');
  const statuses = local.events.map(({ status }) => status);
  expect(statuses).toEqual([403, 403, 200, 200, 200, 200]);
  expect(asked[1]).toBe(SITE);
});
