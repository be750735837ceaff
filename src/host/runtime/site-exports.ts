/** What `import … from 'peerserver'` gives a site's code. */
import { hashPassword, verifyPassword } from './password.ts';
import { location, SiteResponse, type SiteResponseInit } from './web/site-response.ts';

/** An answer that sends the visitor elsewhere; 303 makes a GET of it, as after a form. */
export function redirect(url: string | URL, status = 303): Response {
  if (![301, 302, 303, 307, 308].includes(status)) {
    throw new RangeError(`${status} is no status of a redirect: use 303, or 301, 302, 307, 308.`);
  }
  return new SiteResponse(null, { status, headers: { location: location(String(url)) } });
}

/** An answer with status 404. @param text plain text for the visitor */
export function notFound(text = 'Not found'): Response {
  return new SiteResponse(text, { status: 404 });
}

/** An answer with `data` as JSON. Throws TypeError for what JSON cannot hold. */
export function json(data: unknown, init: SiteResponseInit = {}): Response {
  return SiteResponse.json(data, init);
}

/** An answer with HTML. */
export function html(text: string, init: SiteResponseInit = {}): Response {
  const headers = new Headers(init.headers);
  if (!headers.has('content-type')) headers.set('content-type', 'text/html; charset=utf-8');
  const { status = 200 } = init;
  return new SiteResponse(text, { status, headers });
}

export const SITE_EXPORTS = Object.freeze({
  redirect,
  notFound,
  json,
  html,
  hashPassword,
  verifyPassword,
});
