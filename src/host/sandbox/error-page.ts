/** What a visitor sees when the site's code fails. */
import { type HeaderList, type HostResponse, headerValue } from '../../protocol/http-message.ts';
import type { SiteLogEntry } from '../site-log.ts';

export interface ErrorPage {
  readonly status: 500 | 502 | 503 | 504;
  /** Plain text: what a visitor may know. */
  readonly title: string;
  readonly text: string;
  /** Shown only in development mode. */
  readonly entry?: SiteLogEntry;
  readonly headers?: HeaderList;
}

/** What was asked for, as far as the page depends on it. */
export interface PageRequest {
  readonly method: string;
  readonly headers: HeaderList;
}

/**
 * The page as an answer, in the form that the request prefers: HTML, JSON or text.
 * @param development whether `entry` is shown
 */
export function errorPage(
  request: PageRequest,
  page: ErrorPage,
  development: boolean,
): HostResponse {
  const entry = development ? page.entry : undefined;
  const form = preferredForm(headerValue(request.headers, 'accept') ?? '*/*');
  const text = WRITERS[form](page, entry);
  const body = new TextEncoder().encode(text);
  return {
    status: page.status,
    headers: [
      ['content-type', `${MEDIA_TYPES[form]}; charset=utf-8`],
      ['content-length', String(body.length)],
      ['cache-control', 'no-store'],
      // The texts in it are an author's and a visitor's: nothing of them may become a script.
      ['content-security-policy', "default-src 'none'; style-src 'unsafe-inline'"],
      ['x-content-type-options', 'nosniff'],
      ...(page.headers ?? []),
    ],
    body: request.method === 'HEAD' ? null : body,
  };
}

type Form = 'html' | 'json' | 'text';

const MEDIA_TYPES: Record<Form, string> = {
  html: 'text/html',
  json: 'application/json',
  text: 'text/plain',
};

const WRITERS: Record<Form, (page: ErrorPage, entry: SiteLogEntry | undefined) => string> = {
  html: htmlPage,
  json: (page, entry) =>
    JSON.stringify({
      error: {
        status: page.status,
        message: page.text,
        ...(entry ? { detail: entry.text, ...pick(entry) } : {}),
      },
    }),
  text: (page, entry) =>
    `${[page.title, page.text, ...(entry ? describe(entry) : [])].join('\n')}\n`,
};

function pick({ hint, place, stack, request }: SiteLogEntry): Partial<SiteLogEntry> {
  return {
    ...(hint === undefined ? {} : { hint }),
    ...(place ? { place } : {}),
    ...(stack === undefined ? {} : { stack }),
    ...(request === undefined ? {} : { request }),
  };
}

/** HTML for who names it, or asks for nothing in particular as documents do; JSON for who prefers that. */
function preferredForm(accept: string): Form {
  const weights = new Map<string, number>();
  for (const part of accept.toLowerCase().split(',')) {
    const [type = '', ...parameters] = part.split(';').map((piece) => piece.trim());
    const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
    weights.set(type, quality === undefined ? 1 : Number(quality) || 0);
  }
  const html = weights.get('text/html') ?? weights.get('application/xhtml+xml') ?? 0;
  const json = weights.get('application/json') ?? 0;
  if (html > 0 && html >= json) return 'html';
  return json > 0 ? 'json' : 'text';
}

function describe(entry: SiteLogEntry): readonly string[] {
  const { place, text, hint, stack, request } = entry;
  return [
    '',
    text,
    ...(place
      ? [`${placeText(place)}${place.lineText ? `\n    ${place.lineText.trim()}` : ''}`]
      : []),
    ...(hint === undefined ? [] : [hint]),
    ...(stack ? ['', stack] : []),
    ...(request === undefined ? [] : ['', request]),
  ];
}

/** A place as people write it: `routes/index.ts:3:9`. */
export function placeText({ file, line, column }: NonNullable<SiteLogEntry['place']>): string {
  return [file, line, line === undefined ? undefined : column]
    .filter((part) => part !== undefined)
    .join(':');
}

function htmlPage(page: ErrorPage, entry: SiteLogEntry | undefined): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(page.title)}</title>
<style>
  :root { color-scheme: light dark }
  body { font: 1.1rem/1.6 system-ui, sans-serif; max-width: 46rem; margin: 14vh auto; padding: 0 1.5rem }
  h1 { font-size: 1.8rem; line-height: 1.2 }
  pre { overflow: auto; padding: 1rem; border: 1px solid; font-size: .9rem; line-height: 1.5; tab-size: 2 }
  .error { font-weight: 600; white-space: pre-wrap; overflow-wrap: anywhere }
</style>
<h1>${escapeHtml(page.title)}</h1>
<p>${escapeHtml(page.text)}</p>
${entry ? details(entry) : '<p><a href="/">To the start page</a></p>\n'}</html>
`;
}

function details(entry: SiteLogEntry): string {
  const { text, place, hint, stack, request } = entry;
  const parts = [
    `<p class="error">${escapeHtml(text)}</p>`,
    place && `<p>In <code>${escapeHtml(placeText(place))}</code></p>`,
    place?.lineText && `<pre><code>${escapeHtml(place.lineText)}</code></pre>`,
    hint && `<p>${escapeHtml(hint)}</p>`,
    stack && `<pre>${escapeHtml(stack)}</pre>`,
    request && `<p>Request: <code>${escapeHtml(request)}</code></p>`,
    '<p><small>These details are shown because development mode is on in peerserver.json.</small></p>',
  ];
  return `${parts.filter((part) => part).join('\n')}\n`;
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
