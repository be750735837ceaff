import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { type Deployment, parseAppTarget, siteOrigin } from '../address/address.ts';
import { parseSiteName } from '../address/site-name.ts';
import { sendJson, sendPage, sendText } from './pages.ts';
import type { RateLimit } from './rate-limits.ts';
import type { Relay } from './relay.ts';
import { serveFolder } from './static-files.ts';
import { wantsDocument } from './wants-document.ts';

/** Answers a request on the app's own origin. */
export type AppRoutes = (
  request: IncomingMessage,
  response: ServerResponse,
  target: string,
  address: string,
) => Promise<void>;

/** The page of the frames that run sites' code (`host/browser/sandbox-frame.ts`). */
const SANDBOX_PAGE = '/sandbox.html';
const NAMES_PREFIX = '/.peerserver/names/';

export interface AppRoutesOptions {
  readonly deployment: Deployment;
  readonly assetsDir: string;
  readonly relay: Pick<Relay, 'leases' | 'suggest'>;
  readonly nameChecks: RateLimit;
}

/** Home page and studio, their assets, the pointer addresses and the question whether a name is free. */
export function createAppRoutes(options: AppRoutesOptions): AppRoutes {
  const { deployment, relay } = options;
  const sendFile = serveFolder(options.assetsDir, (path) => path.startsWith('/assets/'));
  const policy = studioPolicy(deployment);

  const sendSandbox = (request: IncomingMessage, response: ServerResponse) => {
    const policy = readText(join(options.assetsDir, 'sandbox.csp'));
    // Without its policy it is not given out: it would be a page of this origin.
    if (policy === undefined) return false;
    response.setHeader('Content-Security-Policy', policy);
    return sendFile(request, response, SANDBOX_PAGE);
  };

  const sendStudio = (request: IncomingMessage, response: ServerResponse) => {
    response.setHeader('Content-Security-Policy', policy);
    if (sendFile(request, response, '/index.html')) return;
    sendPage(response, {
      status: 503,
      title: 'Not built yet',
      text: 'The web app is missing. Build it and try again.',
    });
  };

  return async (request, response, target, address) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('Allow', 'GET, HEAD');
      return sendText(response, 405, 'Only GET and HEAD work here.');
    }
    const [path = '/'] = target.split('?', 1);
    if (path.startsWith(NAMES_PREFIX)) {
      if (!(await options.nameChecks.allow(address))) {
        return sendJson(response, 429, {
          message: 'Too many names were asked for; wait a minute.',
        });
      }
      return sendJson(response, 200, checkName(path.slice(NAMES_PREFIX.length), relay));
    }
    // The visitor's files have their place on the sites' origins only.
    const sendOther = (file: string) =>
      !/^\/visitor\/|\.csp$/.test(file) && sendFile(request, response, file);
    const meaning = parseAppTarget(target);
    switch (meaning.kind) {
      case 'home':
      case 'server':
      case 'learn':
        return sendStudio(request, response);
      case 'pointer':
        // The target begins with one slash at least and follows a whole origin, so it cannot lead elsewhere.
        response.writeHead(302, {
          Location: siteOrigin(meaning.name, deployment) + meaning.target,
          'Cache-Control': 'no-store',
          'Referrer-Policy': 'no-referrer',
          'Content-Length': 0,
        });
        response.end();
        return;
      case 'bad-name':
        return sendPage(response, {
          status: 404,
          title: 'There is no such site',
          text: `The address has a name in it that no site can have. ${meaning.message}`,
          link: { href: '/', label: 'To the home page' },
        });
      default:
        if (path === SANDBOX_PAGE ? sendSandbox(request, response) : sendOther(path)) return;
        if (!wantsDocument(request)) {
          return sendText(response, 404, 'There is nothing at this address.');
        }
        sendPage(response, {
          status: 404,
          title: 'There is nothing at this address',
          text: 'The link may be old, or mistyped.',
          link: { href: '/', label: 'To the home page' },
        });
    }
  };
}

/** Whether a name can be claimed, as a form asks while somebody types. */
function checkName(encoded: string, relay: AppRoutesOptions['relay']) {
  const wish = decode(encoded);
  const parsed = parseSiteName(wish);
  if (!parsed.ok) {
    const suggestion = relay.suggest(wish);
    return { name: wish, state: 'invalid', message: parsed.message, suggestion };
  }
  const { name } = parsed;
  if (relay.leases.holder(name) === undefined) return { name, state: 'free' };
  const message = `The name "${name}" is taken.`;
  return { name, state: 'taken', message, suggestion: relay.suggest(name) };
}

function decode(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    // Not percent-encoding; as it stands it is no name either, and the answer says so.
    return encoded;
  }
}

/** Read anew each time, as the page itself is. */
function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function studioPolicy(deployment: Deployment): string {
  const sites = `${new URL(deployment.appOrigin).protocol}//*.${deployment.sitesDomain}`;
  return [
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "connect-src 'self' ws: wss:",
    "img-src 'self' data: blob:",
    // Previews of the author's own files.
    "media-src 'self' blob:",
    // blob: is for PDFs of the author's, of which browsers have viewers in frames only.
    `frame-src ${sites} ${deployment.appOrigin}${SANDBOX_PAGE} blob:`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}
