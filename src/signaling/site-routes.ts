import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { OWN_PREFIX } from '../address/address.ts';
import { sendBody, sendPage, sendText } from './pages.ts';
import { type SendFile, serveFolder } from './static-files.ts';

/** Answers a request on a site's origin: the shell and its few files, and nothing else. */
export type SiteRoutes = (
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
) => Promise<void>;

/** Where a browser says that it wants a document to show. */
const DOCUMENT_DESTINATIONS = new Set(['document', 'iframe', 'frame']);

/**
 * @param folder the built visitor: `shell.html`, `service-worker.js`, other files, and `shell.csp`, whose text
 *   becomes the shell's Content-Security-Policy
 */
export function createSiteRoutes(folder: string): SiteRoutes {
  const sendFile = serveFolder(folder, () => false);
  return async (request, response, path) => {
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (path.startsWith(OWN_PREFIX)) {
      return sendOwnFile(request, response, folder, sendFile, isRead ? path : undefined);
    }
    if (!wantsDocument(request)) {
      // Never the shell: a browser would take it for the script or image that it asked for.
      return sendText(
        response,
        404,
        'Files of a site come from its host, through a visiting page.',
      );
    }
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
  if (file.endsWith('.csp') || !sendFile(request, response, file)) {
    sendText(response, 404, 'There is no such file.');
  }
}

/** The shell is read anew each time: it is small, rarely asked for, and a rebuild shows at once. */
async function sendShell(response: ServerResponse, folder: string): Promise<void> {
  const [html, policy] = await Promise.all([
    readOptional(join(folder, 'shell.html')),
    readOptional(join(folder, 'shell.csp')),
  ]);
  if (!html) {
    return sendPage(response, {
      status: 503,
      title: 'Not built yet',
      text: 'The page that connects to sites is missing. Build the web app and try again.',
    });
  }
  if (policy) {
    response.setHeader(
      'Content-Security-Policy',
      policy.toString('utf8').replace(/\s+/g, ' ').trim(),
    );
  }
  sendBody(response, 200, 'text/html; charset=utf-8', html);
}

/** True when the answer is to be shown as a page. Browsers say so; for the rest `Accept` has to do. */
function wantsDocument(request: IncomingMessage): boolean {
  const destination = request.headers['sec-fetch-dest'];
  if (typeof destination === 'string') return DOCUMENT_DESTINATIONS.has(destination);
  return request.headers.accept?.includes('text/html') ?? false;
}

async function readOptional(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
