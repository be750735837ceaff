import type { HeaderList, HostRequest, HostResponse } from '../protocol/http-message.ts';

/**
 * A small page for answers that the site itself has no page for, with a link to the start page unless that is
 * what was asked for.
 * @param title the heading, e.g. `Not found`
 * @param text one or two sentences: what happened and what to do
 */
export function messagePage(
  { method, target }: Pick<HostRequest, 'method' | 'target'>,
  status: number,
  title: string,
  text: string,
  headers: HeaderList = [],
): HostResponse {
  const isStart = /^\/(\?|$)/.test(target);
  const html = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>
  :root { color-scheme: light dark }
  body { font: 1.1rem/1.6 system-ui, sans-serif; max-width: 34rem; margin: 18vh auto; padding: 0 1.5rem }
  h1 { font-size: 1.8rem; line-height: 1.2 }
</style>
<h1>${escapeHtml(title)}</h1>
<p>${escapeHtml(text)}</p>
${isStart ? '' : '<p><a href="/">To the start page</a></p>\n'}</html>
`;
  const body = new TextEncoder().encode(html);
  return {
    status,
    headers: [
      ['content-type', 'text/html; charset=utf-8'],
      ['content-length', String(body.length)],
      ['cache-control', 'no-cache'],
      ...headers,
    ],
    body: method === 'HEAD' ? null : body,
  };
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
