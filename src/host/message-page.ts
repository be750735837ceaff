import {
  type HeaderList,
  type HostRequest,
  type HostResponse,
  headerValue,
} from '../protocol/http-message.ts';

/**
 * A small page for answers that the site itself has no page for, with a link to the start page unless that is
 * what was asked for, or the page loads itself again.
 * @param title the heading, e.g. `Not found`
 * @param text one or two sentences: what happened and what to do
 * @param options.headers more header fields; a `cache-control` among them takes the place of `no-cache`
 * @param options.refreshSeconds when the page loads itself again
 */
export function messagePage(
  { method, target }: Pick<HostRequest, 'method' | 'target'>,
  status: number,
  title: string,
  text: string,
  options: { readonly headers?: HeaderList; readonly refreshSeconds?: number } = {},
): HostResponse {
  const { headers = [], refreshSeconds } = options;
  const refresh =
    refreshSeconds === undefined ? '' : `<meta http-equiv="refresh" content="${refreshSeconds}">\n`;
  const isStart = /^\/(\?|$)/.test(target);
  const html = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${refresh}<title>${escapeHtml(title)}</title>
<style>
  :root { color-scheme: light dark }
  body { font: 1.1rem/1.6 system-ui, sans-serif; max-width: 34rem; margin: 18vh auto; padding: 0 1.5rem }
  h1 { font-size: 1.8rem; line-height: 1.2 }
</style>
<h1>${escapeHtml(title)}</h1>
<p>${escapeHtml(text)}</p>
${isStart || refresh ? '' : '<p><a href="/">To the start page</a></p>\n'}</html>
`;
  const body = new TextEncoder().encode(html);
  return {
    status,
    headers: [
      ['content-type', 'text/html; charset=utf-8'],
      ['content-length', String(body.length)],
      ...(headerValue(headers, 'cache-control') ? [] : [['cache-control', 'no-cache'] as const]),
      ...headers,
    ],
    body: method === 'HEAD' ? null : body,
  };
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
