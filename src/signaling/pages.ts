import type { ServerResponse } from 'node:http';

/** A page for people when there is nothing else to show. */
export interface Page {
  readonly status: number;
  /** Plain text. */
  readonly title: string;
  /** Plain text: what happened and what to do. */
  readonly text: string;
  readonly link?: { readonly href: string; readonly label: string };
}

/** The studio's own colours (src/studio/styles/base.css), in few words. */
const STYLE =
  ':root{color-scheme:light dark}' +
  'body{font:1.0625rem/1.55 system-ui,sans-serif;margin:0;background:light-dark(#f6f5f1,#121514);color:light-dark(#1b201e,#e7ebe9)}' +
  'main{max-width:34rem;margin:15vh auto;padding:0 1.5rem}' +
  'h1{font-size:1.75rem;line-height:1.2;letter-spacing:-.01em}' +
  'a{color:light-dark(#0b6a5a,#6fd6bf)}';

/** Sends a page that stands alone: no script, nothing loaded (which is what the empty icon is for), never kept. */
export function sendPage(response: ServerResponse, page: Page): void {
  const link = page.link
    ? `<p><a href="${escapeHtml(page.link.href)}">${escapeHtml(page.link.label)}</a></p>`
    : '';
  const title = escapeHtml(page.title);
  const html =
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title>` +
    '<meta name="viewport" content="width=device-width,initial-scale=1"><link rel="icon" href="data:,">' +
    `<style>${STYLE}</style><main><h1>${title}</h1><p>${escapeHtml(page.text)}</p>${link}</main></html>\n`;
  response.setHeader(
    'Content-Security-Policy',
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:",
  );
  sendBody(response, page.status, 'text/html; charset=utf-8', html);
}

/** Sends a line of text, for what is not a page: a script or image that does not exist. */
export function sendText(response: ServerResponse, status: number, text: string): void {
  sendBody(response, status, 'text/plain; charset=utf-8', `${text}\n`);
}

/** Sends a value as JSON that is not kept. */
export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  sendBody(response, status, 'application/json', JSON.stringify(value));
}

/** Sends a whole body with `Cache-Control: no-store`; Node leaves it out when the request is a HEAD. */
export function sendBody(
  response: ServerResponse,
  status: number,
  type: string,
  body: string | Buffer,
): void {
  response.writeHead(status, {
    'Content-Type': type,
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
  });
  response.end(body);
}

function escapeHtml(text: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
  };
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? character);
}
