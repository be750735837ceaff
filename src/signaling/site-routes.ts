import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { OWN_PREFIX } from '../address/address.ts';
import { PREVIEW_APP_META, PREVIEW_PATH } from '../address/preview.ts';
import { PeerServerError } from '../protocol/errors.ts';
import { sendBody, sendPage, sendText } from './pages.ts';
import { type SendFile, serveFolder } from './static-files.ts';
import { wantsDocument } from './wants-document.ts';

/** Answers a request on a site's origin: the shell and its few files, and nothing else. */
export type SiteRoutes = (
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
) => Promise<void>;

/**
 * @param folder the built visitor: `shell.html`, `preview.html`, `service-worker.js`, other files, and `shell.csp`
 *   and `preview.csp`, whose text becomes the Content-Security-Policy of the two
 * @param appOrigin the only origin that may show the preview in a frame
 */
export function createSiteRoutes(folder: string, appOrigin: string): SiteRoutes {
  const sendFile = serveFolder(folder, () => false);
  return async (request, response, path) => {
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (path.startsWith(OWN_PREFIX)) {
      if (isRead && path === PREVIEW_PATH) return sendPreview(response, folder, appOrigin);
      return sendOwnFile(request, response, folder, sendFile, isRead ? path : undefined);
    }
    if (!wantsDocument(request)) return failBypass(request, response);
    if (isRead) return sendShell(response, folder);
    response.setHeader('Allow', 'GET, HEAD');
    sendPage(response, {
      status: 405,
      title: 'Please open the site first',
      text:
        'A page has sent a form to this site, which your browser does not know yet. It was not delivered. ' +
        'Open the site, then go back to the form and send it again.',
      link: { href: '/', label: 'Open the site' },
    });
  };
}

/**
 * Fails a request that is the site's to answer, as the service worker would have: with an error that no page can
 * take for the site's own answer. Browsers send some past the service worker; Firefox does when that was
 * stopped before it had the request. Never the shell: it would be taken for the script or image asked for.
 */
function failBypass(request: IncomingMessage, response: ServerResponse): void {
  // An event source takes any answer that is no stream for the last one; a lost connection it makes again.
  if (request.headers.accept === 'text/event-stream') {
    response.destroy();
    return;
  }
  const { code, status, message } = new PeerServerError(
    'cannot-connect',
    'This request went past the service worker, so it did not reach the site.',
  );
  response.setHeader('peerserver-error', code);
  sendText(response, status, message);
}

async function sendOwnFile(
  request: IncomingMessage,
  response: ServerResponse,
  folder: string,
  sendFile: SendFile,
  path: string | undefined,
): Promise<void> {
  if (path === undefined) {
    response.setHeader('Allow', 'GET, HEAD');
    return sendText(response, 405, 'Only GET and HEAD work here.');
  }
  const file = path.slice(OWN_PREFIX.length - 1);
  if (file === '/shell.html') return sendShell(response, folder);
  if (file === '/service-worker.js') response.setHeader('Service-Worker-Allowed', '/');
  // The preview is nothing without who may frame it.
  if (file.endsWith('.csp') || file === '/preview.html' || !sendFile(request, response, file)) {
    sendText(response, 404, 'There is no such file.');
  }
}

async function sendShell(response: ServerResponse, folder: string): Promise<void> {
  const page = await readShell(response, folder, 'shell');
  if (!page) return;
  if (page.policy) response.setHeader('Content-Security-Policy', page.policy);
  sendBody(response, 200, 'text/html; charset=utf-8', page.html);
}

/** The shell for the studio's own frame, and nobody else's (docs/decisions/0004). */
async function sendPreview(
  response: ServerResponse,
  folder: string,
  appOrigin: string,
): Promise<void> {
  const page = await readShell(response, folder, 'preview');
  if (!page) return;
  response.setHeader(
    'Content-Security-Policy',
    [page.policy, `frame-ancestors ${appOrigin}`].filter(Boolean).join('; '),
  );
  const meta = `<meta name="${PREVIEW_APP_META}" content="${appOrigin}" />`;
  const html = page.html.toString('utf8').replace('<head>', `<head>\n    ${meta}`);
  sendBody(response, 200, 'text/html; charset=utf-8', Buffer.from(html));
}

/** A page and its policy, read anew each time: it is small, rarely asked for, and a rebuild shows at once. */
async function readShell(
  response: ServerResponse,
  folder: string,
  name: 'shell' | 'preview',
): Promise<{ readonly html: Buffer; readonly policy: string } | undefined> {
  const [html, policy] = await Promise.all([
    readOptional(join(folder, `${name}.html`)),
    readOptional(join(folder, `${name}.csp`)),
  ]);
  if (html) return { html, policy: policy?.toString('utf8').replace(/\s+/g, ' ').trim() ?? '' };
  sendPage(response, {
    status: 503,
    title: 'Not built yet',
    text: 'The page that connects to sites is missing. Build the web app and try again.',
  });
  return undefined;
}

async function readOptional(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
