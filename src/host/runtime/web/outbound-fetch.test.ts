import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOutboundFetch } from './outbound-fetch.ts';
import { SiteRequest } from './site-request.ts';
import { SiteResponse } from './site-response.ts';

/** Two servers: what is allowed, and what is not. */
let servers: Server[] = [];
let allowed = '';
let other = '';

beforeAll(async () => {
  servers = [0, 1].map(() =>
    createServer((request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '', 'http://x');
      const to = searchParams.get('to');
      if (to !== null) {
        response.writeHead(Number(pathname.slice(1)), { location: to }).end();
        return;
      }
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        response.setHeader('set-cookie', ['a=1', 'b=2']);
        const { method, headers } = request;
        response.end(JSON.stringify({ method, headers, body: Buffer.concat(chunks).toString() }));
      });
    }),
  );
  const origins = await Promise.all(
    servers.map(
      (server) =>
        new Promise<string>((resolve) => {
          server.listen(0, '127.0.0.1', () => {
            resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
          });
        }),
    ),
  );
  [allowed = '', other = ''] = origins;
});
afterAll(() => {
  for (const server of servers) server.close();
});

function limited(policy: 'all' | 'none' | readonly string[]) {
  return createOutboundFetch({ nativeFetch: fetch, policy, followsRedirects: true });
}

describe('the sandbox’s fetch', () => {
  it('sends one of its own requests with all that is in it', async () => {
    const headers = { 'x-a': '1', cookie: 'c=1' };
    const request = new SiteRequest(allowed, { method: 'POST', headers, body: 'text' });
    const response = await limited('all')(request);
    expect(response).toBeInstanceOf(SiteResponse);
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect([response.url, response.status, response.type]).toEqual([`${allowed}/`, 200, 'basic']);
    expect(await response.json()).toMatchObject({ method: 'POST', headers, body: 'text' });
  });

  it('passes an answer on as the site’s own', async () => {
    const response = await limited('all')(allowed);
    const copy = new SiteResponse(response.body, response);
    copy.headers.set('x-more', '1');
    expect(await copy.json()).toMatchObject({ method: 'GET' });
  });

  it.each<[string, 'none' | readonly string[]]>([
    ['nothing is allowed', 'none'],
    ['another origin is allowed', ['http://127.0.0.1:1']],
  ])('refuses when %s', async (_, policy) => {
    await expect(limited(policy)(allowed)).rejects.toThrow('may not send requests to');
  });

  it('takes data: addresses whatever is allowed', async () => {
    expect(await (await limited('none')('data:,hello')).text()).toBe('hello');
  });

  it('refuses other schemes', async () => {
    await expect(limited('all')('file:///etc/passwd')).rejects.toThrow(TypeError);
  });

  it('follows redirects to where it may, and not to where it may not', async () => {
    const inside = await limited([allowed])(`${allowed}/302?to=${allowed}/end`);
    expect(await inside.json()).toMatchObject({ method: 'GET' });
    const outside = limited([allowed])(`${allowed}/302?to=${other}/end`);
    await expect(outside).rejects.toThrow(`may not send requests to ${other}`);
  });

  it('gives up after too many redirects', async () => {
    const round = createOutboundFetch({
      nativeFetch: async () => new Response(null, { status: 302, headers: { location: '/' } }),
      policy: [allowed],
      followsRedirects: true,
    });
    await expect(round(allowed)).rejects.toThrow('more than 20 redirects');
  });

  it.each([
    [303, 'GET', ''],
    [302, 'GET', ''],
    [307, 'POST', 'text'],
  ])('repeats a POST after %d as %s', async (status, method, body) => {
    const headers = { authorization: 'secret', 'content-type': 'text/x' };
    const response = await limited([allowed, other])(`${allowed}/${status}?to=${other}/end`, {
      method: 'POST',
      headers,
      body: 'text',
    });
    const seen = await response.json();
    expect(seen).toMatchObject({ method, body });
    expect(seen.headers.authorization).toBeUndefined();
    expect(seen.headers['content-type']).toBe(method === 'POST' ? 'text/x' : undefined);
  });

  it('ends when its signal aborts', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(limited('all')(allowed, { signal })).rejects.toThrow('enough');
  });
});
