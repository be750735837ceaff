import { describe, expect, it, vi } from 'vitest';
import { SiteRequest } from './site-request.ts';

const NativeRequest = Request;
const URL_OF_ITEM = 'http://garden.localhost:8890/items/1?x=2';

function incoming(text: string, headers: Record<string, string> = {}, maxBodyBytes = 1000) {
  const parts = [...text].map((character) => new TextEncoder().encode(character));
  return SiteRequest.incoming({
    method: 'POST',
    url: URL_OF_ITEM,
    headers: new Headers(headers),
    body: { read: async () => parts.shift() ?? null, cancel: () => {} },
    maxBodyBytes,
    signal: new AbortController().signal,
  });
}

describe('the sandbox’s Request', () => {
  it('keeps what browsers take away', () => {
    const headers = { cookie: 'a=1', host: 'x', origin: 'http://o', upgrade: 'websocket' };
    const request = new SiteRequest(URL_OF_ITEM, { headers });
    expect(Object.fromEntries(request.headers)).toEqual(headers);
  });

  it('is the native one’s instance, and natives are its own', () => {
    class Special extends SiteRequest {}
    const [own, native] = [new SiteRequest(URL_OF_ITEM), new NativeRequest(URL_OF_ITEM)];
    expect(own instanceof NativeRequest).toBe(true);
    expect(native instanceof SiteRequest).toBe(true);
    expect(own instanceof Special).toBe(false);
    expect(new Special(URL_OF_ITEM) instanceof Special).toBe(true);
    expect({} instanceof SiteRequest || (null as unknown) instanceof SiteRequest).toBe(false);
    expect(SiteRequest.name).toBe('Request');
  });

  it.each<[string, (request: Request) => Promise<unknown>, unknown]>([
    ['text', (request) => request.text(), '{"a":1}'],
    ['JSON', (request) => request.json(), { a: 1 }],
    ['bytes', async (request) => (await request.bytes()).length, 7],
    ['a buffer', async (request) => (await request.arrayBuffer()).byteLength, 7],
    ['a Blob', async (request) => (await request.blob()).type, 'application/json'],
    ['a stream', async (request) => await new Response(request.body).text(), '{"a":1}'],
    [
      'a clone',
      async (request) => (await request.clone().text()) + (await request.text()).length,
      '{"a":1}7',
    ],
    ['a request made of it', (request) => new SiteRequest(request).text(), '{"a":1}'],
  ])('gives its body as %s', async (_, read, expected) => {
    const request = incoming('{"a":1}', { 'content-type': 'application/json' });
    expect(request.bodyUsed).toBe(false);
    expect(await read(request)).toEqual(expected);
    expect(request.bodyUsed).toBe(true);
    await expect(request.text()).rejects.toThrow(TypeError);
  });

  it('streams its body although the native class has none, as in Firefox', async () => {
    const spy = vi.spyOn(NativeRequest.prototype, 'body', 'get').mockImplementation(() => {
      throw new Error('Firefox has no Request.body.');
    });
    const reader = incoming('ab').body?.getReader();
    expect([(await reader?.read())?.value, (await reader?.read())?.value]).toEqual([
      new Uint8Array([97]),
      new Uint8Array([98]),
    ]);
    expect((await reader?.read())?.done).toBe(true);
    spy.mockRestore();
  });

  it('reads no more of a body than it is asked for', async () => {
    let read = 0;
    const request = SiteRequest.incoming({
      method: 'POST',
      url: URL_OF_ITEM,
      headers: new Headers(),
      body: {
        read: async () => {
          read += 1;
          return new Uint8Array(10);
        },
        cancel: () => {},
      },
      maxBodyBytes: 1,
      signal: new AbortController().signal,
    });
    await request.body?.getReader().read();
    expect(read).toBe(1);
  });

  it('reads a body whole up to its limit only', async () => {
    expect(await incoming('1234', {}, 4).text()).toBe('1234');
    await expect(incoming('12345', {}, 4).text()).rejects.toThrow('larger than 4 bytes');
  });

  it('is made of another one with some things changed', async () => {
    const first = incoming('text', { 'x-a': '1', cookie: 'c=1' });
    const second = new SiteRequest(first, { method: 'PUT', headers: { 'x-b': '2' } });
    expect([second.method, second.url, second.signal === first.signal]).toEqual([
      'PUT',
      URL_OF_ITEM,
      true,
    ]);
    expect(Object.fromEntries(second.headers)).toEqual({ 'x-b': '2' });
    expect(await second.text()).toBe('text');
    expect(() => new SiteRequest(first)).toThrow('read already');
    expect(await new SiteRequest(first, { body: 'new' }).text()).toBe('new');
  });

  it('is made of a native one', async () => {
    const native = new NativeRequest(URL_OF_ITEM, { method: 'POST', body: 'native' });
    expect(await new SiteRequest(native).text()).toBe('native');
  });

  it.each<[string, BodyInit, string | null]>([
    ['text', 'a', 'text/plain;charset=UTF-8'],
    ['fields', new URLSearchParams('a=1'), 'application/x-www-form-urlencoded;charset=UTF-8'],
    ['a Blob', new Blob(['a'], { type: 'text/css' }), 'text/css'],
    ['bytes', new Uint8Array([1]), null],
  ])('gets the content type of %s', (_, body, type) => {
    const request = new SiteRequest(URL_OF_ITEM, { method: 'POST', body });
    expect(request.headers.get('content-type')).toBe(type);
  });

  it('reads a multipart form that it was made with', async () => {
    const form = new FormData();
    form.set('a', '1');
    const request = new SiteRequest(URL_OF_ITEM, { method: 'POST', body: form });
    expect([...(await request.formData())]).toEqual([['a', '1']]);
  });

  it.each<[string, RequestInit]>([
    ['a GET with a body', { body: 'x' }],
    ['a malformed method', { method: 'A B' }],
  ])('throws for %s', (_, init) => {
    expect(() => new SiteRequest(URL_OF_ITEM, init)).toThrow(TypeError);
  });

  it('writes the usual methods in capitals, and leaves others', () => {
    const method = (name: string) => new SiteRequest(URL_OF_ITEM, { method: name }).method;
    expect([method('post'), method('patch'), method('PROPFIND'), method('TRACE')]).toEqual([
      'POST',
      'patch',
      'PROPFIND',
      'TRACE',
    ]);
  });
});
