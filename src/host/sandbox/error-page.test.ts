import { describe, expect, it } from 'vitest';
import type { SiteLogEntry } from '../site-log.ts';
import { errorPage } from './error-page.ts';

const ENTRY: SiteLogEntry = {
  at: 0,
  level: 'error',
  source: 'handler',
  text: 'ReferenceError: <script>alert(1)</script> is not defined',
  hint: 'Did you mean "items"?',
  place: { file: 'routes/<b>.ts', line: 3, column: 5, lineText: '  return "<i>";' },
  stack: 'GET (routes/<b>.ts:3:5)',
  request: 'GET /<u>',
};
const PAGE = {
  status: 500,
  title: 'This page has an error',
  text: 'Sorry.',
  entry: ENTRY,
} as const;

async function page(accept: string | undefined, development: boolean, method = 'GET') {
  const headers = accept === undefined ? [] : [['accept', accept] as const];
  const response = errorPage({ method, headers }, PAGE, development);
  return {
    status: response.status,
    type: response.headers.find(([name]) => name === 'content-type')?.[1],
    text: await new Response(response.body).text(),
  };
}

describe('the page of an error', () => {
  it.each([
    ['text/html,application/xhtml+xml,*/*;q=0.8', 'text/html; charset=utf-8'],
    ['application/json', 'application/json; charset=utf-8'],
    ['application/json, text/html;q=0.5', 'application/json; charset=utf-8'],
    ['text/html;q=0.9, application/json;q=0.9', 'text/html; charset=utf-8'],
    ['*/*', 'text/plain; charset=utf-8'],
    ['image/avif,image/webp', 'text/plain; charset=utf-8'],
    ['', 'text/plain; charset=utf-8'],
    [undefined, 'text/plain; charset=utf-8'],
  ])('for %j is %s', async (accept, type) => {
    expect(await page(accept, false)).toMatchObject({ status: 500, type });
  });

  it.each([
    'text/html',
    'application/json',
    'text/plain',
  ])('tells visitors nothing of the code, as %s', async (accept) => {
    const { text } = await page(accept, false);
    expect(text).toContain('Sorry.');
    expect(text).not.toMatch(/ReferenceError|routes|items/);
  });

  it('tells all in development mode, and lets none of it become markup', async () => {
    const { text } = await page('text/html', true);
    expect(text).toContain('ReferenceError: &lt;script&gt;alert(1)&lt;/script&gt;');
    expect(text).toContain('routes/&lt;b&gt;.ts:3:5');
    expect(text).toContain('return &quot;&lt;i&gt;&quot;;');
    expect(text).toContain('Did you mean &quot;items&quot;?');
    expect(text).toContain('GET /&lt;u&gt;');
    expect(text).not.toMatch(/<script|<b>|<i>|<u>/);
  });

  it('tells all in development mode as JSON and as text', async () => {
    expect(JSON.parse((await page('application/json', true)).text)).toEqual({
      error: {
        status: 500,
        message: 'Sorry.',
        detail: ENTRY.text,
        hint: ENTRY.hint,
        place: ENTRY.place,
        stack: ENTRY.stack,
        request: ENTRY.request,
      },
    });
    expect((await page('text/plain', true)).text).toContain('routes/<b>.ts:3:5\n    return "<i>";');
  });

  it('has no body for HEAD', async () => {
    expect((await page('text/html', true, 'HEAD')).text).toBe('');
  });
});
