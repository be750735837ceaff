import { describe, expect, it } from 'vitest';
import { SiteResponse } from './site-response.ts';
import { WebSocketPair } from './web-socket-pair.ts';

const NativeResponse = Response;

describe('the sandbox’s Response', () => {
  it('keeps Set-Cookie, once per cookie', () => {
    const response = new SiteResponse('', { headers: { 'set-cookie': 'a=1' } });
    response.headers.append('set-cookie', 'b=2');
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(new SiteResponse('', response).headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(response.clone().headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  });

  it('is the native one’s instance, and natives are its own', () => {
    expect(new SiteResponse('') instanceof NativeResponse).toBe(true);
    expect(new NativeResponse('') instanceof SiteResponse).toBe(true);
    expect(SiteResponse.name).toBe('Response');
  });

  it('may have status 101 with a WebSocket, and only with one', () => {
    const [client] = Object.values(new WebSocketPair());
    const response = new SiteResponse(null, { status: 101, webSocket: client ?? null });
    expect([response.status, response.ok, response.webSocket]).toEqual([101, false, client]);
    expect(() => new SiteResponse(null, { status: 101 })).toThrow(RangeError);
    expect(() => new SiteResponse(null, { webSocket: client ?? null })).toThrow(RangeError);
  });

  it.each([
    ['status 99', null, 99, RangeError],
    ['status 600', null, 600, RangeError],
    ['a body with 204', 'x', 204, TypeError],
    ['a body with 304', 'x', 304, TypeError],
  ])('throws for %s', (_, body, status, kind) => {
    expect(() => new SiteResponse(body, { status })).toThrow(kind);
  });

  it.each<[string, (response: Response) => Promise<unknown>, unknown]>([
    ['text', (response) => response.text(), '{"a":1}'],
    ['JSON', (response) => response.json(), { a: 1 }],
    ['bytes', async (response) => (await response.bytes()).length, 7],
    ['a stream', async (response) => await new NativeResponse(response.body).text(), '{"a":1}'],
    [
      'a clone',
      async (response) => (await response.clone().text()) + (await response.text()).length,
      '{"a":1}7',
    ],
    [
      'another’s body',
      async (response) => await new SiteResponse(response.body, response).text(),
      '{"a":1}',
    ],
  ])('gives its body as %s', async (_, read, expected) => {
    const stream = new NativeResponse('{"a":1}').body;
    for (const response of [
      new SiteResponse('{"a":1}'),
      new SiteResponse(stream),
      SiteResponse.json({ a: 1 }),
    ]) {
      expect(await read(response)).toEqual(expected);
      expect(response.bodyUsed).toBe(true);
    }
  });

  it('redirects, to relative addresses too', () => {
    const to = (url: string, status?: number) => SiteResponse.redirect(url, status);
    expect([to('/a b').status, to('/a b').headers.get('location')]).toEqual([302, '/a%20b']);
    expect(to('https://example.com', 307).headers.get('location')).toBe('https://example.com/');
    expect(() => to('/', 200)).toThrow(RangeError);
    expect(() => to('http://[')).toThrow(TypeError);
    expect(to('/a\r\nset-cookie: x').headers.get('location')).toBe('/a%0D%0Aset-cookie:%20x');
  });

  it('makes JSON with its content type, unless there is one', () => {
    const type = (init?: ResponseInit) => SiteResponse.json([], init).headers.get('content-type');
    expect([type(), type({ headers: { 'content-type': 'a/b' } })]).toEqual([
      'application/json',
      'a/b',
    ]);
    expect(() => SiteResponse.json(undefined)).toThrow(TypeError);
  });

  it('says nothing of codes and lengths that its decoded body has not', () => {
    const headers = { 'content-encoding': 'gzip', 'x-a': '1' };
    const response = SiteResponse.fromNetwork(new NativeResponse('plain', { headers }));
    expect(Object.fromEntries(response.headers)).toMatchObject({ 'x-a': '1' });
    expect(response.headers.has('content-encoding')).toBe(false);
  });

  it('has an error answer that is of the native kind', () => {
    expect([SiteResponse.error().type, SiteResponse.error() instanceof SiteResponse]).toEqual([
      'error',
      true,
    ]);
  });
});
