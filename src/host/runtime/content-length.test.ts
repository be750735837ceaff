import { describe, expect, it } from 'vitest';
import type { RequestHandler } from '../../protocol/http-message.ts';
import type { RouteContext } from './public-types.ts';
import { assetAnswers, startRoute } from './testing/started-site.ts';
import { SiteResponse } from './web/site-response.ts';

type Context = RouteContext;

const TEXT = 'one, two';

/** A stream of these pieces. */
function streamOf(...pieces: (string | Uint8Array)[]): ReadableStream {
  return new ReadableStream({
    pull(controller) {
      const piece = pieces.shift();
      if (piece === undefined) controller.close();
      else controller.enqueue(piece);
    },
  });
}

function answer(length: string, ...pieces: string[]): SiteResponse {
  return new SiteResponse(streamOf(...pieces), { headers: { 'content-length': length } });
}

/** What the visitor gets of this length: the field, and the body or that it is cut short. */
async function got(site: Awaited<ReturnType<typeof startRoute>>, method = 'GET') {
  const { connection } = site;
  const answered = await connection.request(
    {
      method,
      target: '/',
      headers: [
        ['peerserver-request', '7'],
        ['peerserver-run', 'route%20routes/index.ts'],
        ['peerserver-origin', 'http://garden.localhost'],
      ],
    },
    null,
  );
  const { headers, body } = answered;
  const length = headers.find(([name]) => name === 'content-length')?.[1];
  let text = '';
  try {
    for (let piece = await body?.read(); piece; piece = await body?.read()) {
      text += new TextDecoder().decode(piece);
    }
  } catch {
    return { length, cutAfter: text };
  }
  return { length, text };
}

/** A server elsewhere that says the length of what it sends before it is decoded, as browsers show it. */
const packed = async () => new Response(TEXT, { headers: { 'content-length': '4', 'x-a': '1' } });

describe('the length that an author says', () => {
  it.each<[string, string, string[]]>([
    ['in one piece', '8', [TEXT]],
    ['in several, some of them empty', '8', ['', 'one, ', '', 'two', '']],
    ['in an unusual way', '08', ['one, two']],
  ])('goes out with a stream that has it, %s', async (_, length, pieces) => {
    const site = await startRoute({ GET: () => answer(length, ...pieces) });
    expect(await got(site)).toEqual({ length: '8', text: TEXT });
    expect(await got(site, 'HEAD')).toEqual({ length: '8', text: '' });
    expect(site.error()).toBeUndefined();
  });

  it('counts the bytes of text, and of what the author has encoded', async () => {
    const bytes = new Uint8Array([31, 139, 0]);
    const headers = { 'content-length': '3', 'content-encoding': 'gzip' };
    const encoded = await startRoute({
      GET: () => new SiteResponse(streamOf(bytes), { headers }),
    });
    expect(await encoded.ask('/')).toMatchObject({ bytes });
    const umlaut = await startRoute({ GET: () => answer('2', 'ü') });
    expect(await got(umlaut)).toEqual({ length: '2', text: 'ü' });
  });

  it.each<[string, string[], string, string]>([
    ['fewer', ['one, '], 'one, ', 'says 8 bytes, and its stream ended after 5.'],
    ['none', [], '', 'says 8 bytes, and its stream ended after 0.'],
    ['more in one piece', ['one, two, three'], '', 'gave more, at least 15.'],
    ['more in a further one', ['one, ', 'two', '', '!'], 'one, ', 'gave more, at least 9.'],
  ])('breaks the answer off when there are %s', async (_, pieces, cutAfter, text) => {
    const site = await startRoute({ GET: () => answer('8', ...pieces) });
    expect(await got(site)).toEqual({ length: '8', cutAfter });
    expect(site.messages.filter(({ kind }) => kind === 'error')).toMatchObject([
      {
        text: expect.stringContaining(text),
        hint: expect.stringContaining('number of bytes'),
        handler: 'routes/index.ts GET',
        request: 7,
      },
    ]);
  });

  it('ends a stream of which nothing more is taken', async () => {
    let reason: unknown;
    const stream = new ReadableStream({
      pull: (controller) => controller.enqueue('endless'),
      cancel: (why) => {
        reason = why;
      },
    });
    const headers = { 'content-length': '10' };
    const site = await startRoute({ GET: () => new SiteResponse(stream, { headers }) });
    await got(site);
    expect(reason).toMatchObject({ name: 'SiteError' });
  });

  it('is not sent when it is nothing, which nobody would look beyond', async () => {
    const empty = await startRoute({ GET: () => answer('0') });
    expect(await got(empty)).toEqual({ text: '' });
    const full = await startRoute({ GET: () => answer('0', 'x') });
    expect(await got(full)).toEqual({ cutAfter: '' });
    expect(full.told()).toEqual([expect.stringContaining('says 0 bytes')]);
  });

  it.each([
    'undefined',
    '-1',
    '8.5',
    '8, 8',
    '',
  ])('is not sent when it is none: %j', async (said) => {
    const site = await startRoute({ GET: () => answer(said, TEXT) });
    expect(await got(site)).toEqual({ text: TEXT });
  });

  it('is replaced where the bytes are known, and stays where nothing is sent', async () => {
    const headers = { 'content-length': '99' };
    const whole = await startRoute({ GET: () => new SiteResponse(TEXT, { headers }) });
    expect(await got(whole)).toEqual({ length: '8', text: TEXT });
    const none = await startRoute({ GET: () => new SiteResponse(null, { headers }) });
    expect(await got(none)).toEqual({ text: '' });
    expect(await got(none, 'HEAD')).toEqual({ length: '99', text: '' });
    const unchanged = await startRoute({
      GET: () => new SiteResponse(null, { status: 304, headers }),
    });
    expect(await got(unchanged)).toEqual({ length: '99', text: '' });
  });
});

describe('the length that a fetched answer says', () => {
  const through = () => new TransformStream();

  it.each<[string, (fetched: Response) => Response | Promise<Response>]>([
    ['as it is', (fetched) => fetched],
    ['as a clone', (fetched) => fetched.clone()],
    ['as a new one', (fetched) => new SiteResponse(fetched.body, fetched)],
    ['as one of a clone', (fetched) => new SiteResponse(fetched.clone().body, fetched)],
    [
      'as one of one',
      (fetched) => {
        const first = new SiteResponse(fetched.body, fetched);
        return new SiteResponse(first.body, first);
      },
    ],
    [
      'with a changed body',
      (fetched) => new SiteResponse(fetched.body?.pipeThrough(through()) ?? null, fetched),
    ],
    [
      'with a changed body, and copied headers',
      (fetched) => {
        const { readable, writable } = through();
        void fetched.body?.pipeTo(writable);
        return new SiteResponse(readable, { headers: new Headers(fetched.headers) });
      },
    ],
    [
      'with a length that is the author’s word about a body that may be decoded',
      ({ body }) => new SiteResponse(body, { headers: { 'content-length': '12345' } }),
    ],
  ])('is not passed on: %s', async (_, answered) => {
    const GET = async () =>
      answered(await (site.scope.fetch as typeof fetch)('http://elsewhere.example/'));
    const site: Awaited<ReturnType<typeof startRoute>> = await startRoute(
      { GET },
      { nativeFetch: packed },
    );
    expect(await got(site)).toEqual({ text: TEXT });
    expect(site.told()).toEqual([]);
  });
});

describe('the length of a file of the site', () => {
  const streamed: RequestHandler = async ({ method }) => ({
    status: 206,
    headers: [
      ['content-range', 'bytes 0-7/100'],
      ['content-length', '8'],
    ],
    body: method === 'HEAD' ? null : streamOf(...['one, ', 'two'].map((text) => Buffer.from(text))),
  });

  it.each<[string, (context: Context) => Promise<Response>]>([
    ['as it is', ({ file }) => file('a.bin')],
    ['with more headers', ({ file }) => file('a.bin', { headers: { 'x-a': '1' } })],
    [
      'as the body of another answer',
      async ({ file }) => {
        const found = await file('a.bin');
        return new SiteResponse(found.body, found);
      },
    ],
  ])('is kept for a part that comes as a stream, %s', async (_, GET) => {
    const site = await startRoute({ GET }, { assets: streamed });
    expect(await got(site)).toEqual({ length: '8', text: TEXT });
  });

  it('is not taken for that of a body that was changed', async () => {
    const shout = () =>
      new TransformStream<Uint8Array, Uint8Array>({
        transform: (chunk, controller) => {
          controller.enqueue(chunk);
          controller.enqueue(Buffer.from('!'));
        },
      });
    const GET = async ({ file }: Context) => {
      const found = await file('index.html');
      return new SiteResponse(found.body?.pipeThrough(shout()) ?? null, found);
    };
    const site = await startRoute({ GET }, { assets: assetAnswers({ '/index.html': 'hello' }) });
    expect(await got(site)).toEqual({ text: 'hello!' });
  });
});
