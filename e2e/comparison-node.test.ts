/** A program that speaks HTTP gets the same from a site as from `node:http`: field by field. */
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { afterAll, expect, it } from 'vitest';
import { siteHandler } from '../src/host/dispatch.ts';
import { openFolder } from '../src/host/node/open-folder.ts';
import type { BodyReader, HeaderList } from '../src/protocol/http-message.ts';
import { ANSWERS } from './fixtures/comparison-answers.ts';
import {
  ComparisonSite,
  describeBytes,
  fieldsOfHeaders,
  fieldsOfSeen,
} from './fixtures/comparison-site.ts';
import {
  compareFields,
  type Difference,
  type ExpectedDifference,
  type Fields,
  judge,
} from './fixtures/differences.ts';
import { bodyOf, headerList, startDirectServer } from './fixtures/direct-server.ts';
import { startInstance } from './instance/instance.ts';
import { hostHandler, temporarySite } from './instance/node-hosts.ts';
import { visitFromNode } from './instance/node-visitors.ts';

/** All differences between the two ways; the test fails on any other, and on one that is no more. */
const EXPECTED_DIFFERENCES: readonly ExpectedDifference[] = [
  {
    field: 'request header connection',
    tunnelled: null,
    reason: "speaks of one hop's TCP connection; there is none in the tunnel",
  },
  {
    field: /^response header (connection|keep-alive)$/,
    tunnelled: null,
    reason: "speaks of one hop's TCP connection; there is none in the tunnel",
  },
  {
    field: 'response header transfer-encoding',
    direct: 'chunked',
    tunnelled: null,
    reason: "HTTP/1.1's framing; the tunnel's frames say where a body ends",
  },
  {
    field: 'response header date',
    tunnelled: null,
    reason: 'node:http adds it to every answer; the tunnel adds nothing to what the handler gives',
  },
  {
    request: 'status 205',
    field: 'response body',
    tunnelled: '',
    reason:
      'an answer with 205 has no content (RFC 9110, 15.3.6); node:http sends what it is given',
  },
];

interface Case {
  readonly name: string;
  readonly method?: string;
  readonly target: string;
  readonly headers?: HeaderList;
  readonly body?: Uint8Array<ArrayBuffer>;
}

const text = new TextEncoder();
const STATUSES = [
  200, 201, 202, 203, 204, 205, 206, 207, 226, 299, 300, 301, 302, 303, 304, 305, 306, 307, 308,
  400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417, 418,
  421, 422, 423, 424, 425, 426, 428, 429, 431, 451, 499, 500, 501, 502, 503, 504, 505, 506, 507,
  508, 510, 511, 599,
];
const TARGETS = [
  '/echo?',
  '/echo?a=b&a=c',
  '/echo/%2F%2f/b',
  '/echo/a+b%20c',
  '/echo/%C3%A9%F0%9F%8C%B7',
  '/echo//double//slash',
  '/echo/./../dots/..',
  '/echo/!$&\'()*,;=:@~|"<>[]{}\\^`',
  '/echo?q=a/b?c=d',
  '/echo;p=1/x',
  `/echo/${'long/'.repeat(400)}`,
];
const CASES: readonly Case[] = [
  ...STATUSES.map((status) => ({ name: `status ${status}`, target: `/status/${status}` })),
  ...Object.keys(ANSWERS).flatMap((name) => [
    { name: `answer ${name}`, target: `/answer/${name}` },
    { name: `HEAD of answer ${name}`, method: 'HEAD', target: `/answer/${name}` },
  ]),
  ...['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND', 'M-SEARCH'].map((method) => ({
    name: `method ${method}`,
    method,
    target: '/echo',
    headers: [['content-length', '0']] as const,
  })),
  ...TARGETS.map((target) => ({ name: `target ${target.slice(0, 40)}`, target })),
  {
    name: 'headers in order',
    target: '/echo',
    headers: [
      ['x-b', '1'],
      ['accept', 'text/plain'],
      ['x-a', '2'],
      ['x-b', '3'],
      ['cookie', 'a=1; b=2'],
      ['x-empty', ''],
      ['x-latin1', 'caf\u00e9'],
      ['user-agent', 'Garden/1'],
      ['referer', 'http://elsewhere.example/'],
      ['origin', 'null'],
      ['authorization', 'Basic YTpi'],
      ['range', 'bytes=0-1'],
      ['if-none-match', '"a", W/"b"'],
      ['sec-fetch-mode', 'cors'],
      ['x-long', 'long '.repeat(1500).trim()],
    ],
  },
  ...[0, 1, 65_535, 2_000_000].map((length) => ({
    name: `body of ${length} bytes`,
    method: 'POST',
    target: '/echo',
    headers: [
      ['content-length', String(length)],
      ['content-type', 'application/octet-stream'],
    ] as const,
    body: new Uint8Array(length).map((_, index) => index * 7),
  })),
  {
    name: 'body with GET',
    target: '/echo',
    headers: [['content-length', '4']],
    body: text.encode('body'),
  },
  ...['bytes=0-4', 'bytes=5-', 'bytes=-3', 'bytes=50-', 'bytes=0-0,2-3', 'lines=1-2'].map(
    (range) => ({
      name: `range ${range}`,
      target: '/files/numbers.txt',
      headers: [['range', range]] as const,
    }),
  ),
  { name: 'file', target: '/files/numbers.txt' },
  { name: 'folder without slash', target: '/files/deeper?x=1' },
  { name: 'missing file', target: '/files/none' },
  {
    name: 'unmodified',
    target: '/files/numbers.txt',
    headers: [['if-modified-since', 'Thu, 01 Dec 2033 16:00:00 GMT']],
  },
];

const instance = await startInstance({ whenDone: afterAll });
const folder = await temporarySite(
  { 'files/numbers.txt': '0123456789', 'files/deeper/index.html': 'deeper' },
  afterAll,
);
const files = siteHandler(await openFolder(folder));
const direct = { site: new ComparisonSite(files), port: 0 };
direct.port = (await startDirectServer(direct.site.handle, afterAll)).port;
const tunnelled = { site: new ComparisonSite(files) };
await hostHandler(instance, {
  name: 'same',
  handler: tunnelled.site.handle,
  whenDone: afterAll,
});
const { connection } = await visitFromNode(instance, 'same', afterAll);

it('gets the same status, headers and body as from node:http, and shows the handler the same request', async () => {
  const differences: Difference[] = [];
  for (const one of CASES) {
    const seenDirectly = {
      ...(await askDirectly(one)),
      ...fieldsOfSeen(direct.site.takeSeen()),
    };
    const seenTunnelled = {
      ...(await askTunnelled(one)),
      ...fieldsOfSeen(tunnelled.site.takeSeen()),
    };
    differences.push(...compareFields(one.name, seenDirectly, seenTunnelled));
  }
  expect(judge('node', differences, EXPECTED_DIFFERENCES)).toEqual({
    unexplained: [],
    outdated: [],
  });
});

it('has the first piece of an answer before the last is made, as from node:http', async () => {
  const ways = [
    {
      ask: async () => bodyOf(await sendDirectly({ name: 'paced', target: '/paced/direct' })),
      acknowledge: () => sendDirectly({ name: 'yes', target: '/acknowledge?direct' }),
    },
    {
      ask: async () => (await sendTunnelled({ name: 'paced', target: '/paced/tunnelled' })).body,
      acknowledge: () => sendTunnelled({ name: 'yes', target: '/acknowledge?tunnelled' }),
    },
  ];
  for (const { ask, acknowledge } of ways) {
    const body = await ask();
    expect(shown(await body?.read())).toBe('first;');
    await acknowledge();
    expect(shown(await body?.read())).toBe('last;');
    expect(await body?.read()).toBeNull();
  }
});

it('has its first piece answered before it has sent the last, as with node:http', async () => {
  const head = { method: 'POST', target: '/duplex', headers: [] };
  const request = httpRequest({
    host: 'localhost',
    port: direct.port,
    path: '/duplex',
    method: 'POST',
  });
  request.write('first;');
  const [message] = (await once(request, 'response')) as [IncomingMessage];
  const directBody = bodyOf(message);
  expect(shown(await directBody.read())).toBe('first;');
  request.end('last;');
  expect(shown(await directBody.read())).toBe('last;');

  const pieces = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>();
  const writer = pieces.writable.getWriter();
  const reader = pieces.readable.getReader();
  const sent: BodyReader = {
    read: async () => (await reader.read()).value ?? null,
    cancel: (reason) => void reader.cancel(reason),
  };
  const answered = connection.request(head, sent);
  await writer.write(text.encode('first;'));
  const { body } = await answered;
  expect(shown(await body?.read())).toBe('first;');
  await writer.write(text.encode('last;'));
  expect(shown(await body?.read())).toBe('last;');
  await writer.close();
  expect(await body?.read()).toBeNull();
});

function shown(bytes: Uint8Array | null | undefined): string | undefined {
  return bytes ? Buffer.from(bytes).toString() : undefined;
}

async function askDirectly(one: Case): Promise<Fields> {
  const message = await sendDirectly(one);
  return answerFields(message.statusCode ?? 0, headerList(message.rawHeaders), bodyOf(message));
}

async function askTunnelled(one: Case): Promise<Fields> {
  const { status, headers, body } = await sendTunnelled(one);
  return answerFields(status, headers, body);
}

async function sendDirectly({ method = 'GET', target, headers = [], body }: Case) {
  const request = httpRequest({
    host: 'localhost',
    port: direct.port,
    method,
    path: target,
    // A list keeps order, repeats and names as they are; the tunnel's host comes first there, too.
    headers: [['host', 'same.localhost'], ...headers].flat(),
    agent: false,
  });
  request.end(body);
  const [message] = (await once(request, 'response')) as [IncomingMessage];
  return message;
}

function sendTunnelled({ method = 'GET', target, headers = [], body }: Case) {
  const head = { method, target, headers: [['host', 'same.localhost'] as const, ...headers] };
  return connection.request(head, body && body.length > 0 ? readerOf(body) : null);
}

function readerOf(bytes: Uint8Array<ArrayBuffer>): BodyReader {
  let rest: Uint8Array<ArrayBuffer> | null = bytes;
  return {
    async read() {
      const all = rest;
      rest = null;
      return all;
    },
    cancel() {},
  };
}

async function answerFields(
  status: number,
  headers: HeaderList,
  body: BodyReader | null,
): Promise<Fields> {
  return {
    status: String(status),
    'response body': await readBody(body),
    ...fieldsOfHeaders('response header', headers),
    'order of response headers': headers
      .map(([name]) => name)
      .filter((name) => !['connection', 'keep-alive', 'transfer-encoding', 'date'].includes(name))
      .join(),
  };
}

async function readBody(body: BodyReader | null): Promise<string> {
  const chunks: Uint8Array[] = [];
  try {
    for (let chunk = await body?.read(); chunk; chunk = await body?.read()) chunks.push(chunk);
  } catch {
    // How much of it came before is a matter of timing; that the failure shows is not.
    return 'failed';
  }
  return describeBytes(Buffer.concat(chunks));
}
