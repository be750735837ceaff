/**
 * The service worker of a site's origin. It answers top-level navigations with the shell and hands every
 * other request of the site to a shell, which asks the host. What is ours goes to the network.
 */

import { shellPage } from 'virtual:shell-html';
import { OWN_PREFIX } from '../../address/address.ts';
import { asPeerServerError, PeerServerError } from '../../protocol/errors.ts';
import { type BridgeAnswer, ShellGoneError } from '../bridge/bridge-client.ts';
import { type RequestBody, readWorkerNotice } from '../bridge/messages.ts';
import { isIdempotent } from '../idempotent.ts';
import { failureResponse, pageOf } from './failure-page.ts';
import { requestHeadOf } from './request-head.ts';
import { ShellFinder } from './shell-finder.ts';
import { documentResponse, plainResponse } from './site-response.ts';

declare const self: ServiceWorkerGlobalScope;

const shells = new ShellFinder();
const around = {
  origin: self.location.origin,
  userAgent: navigator.userAgent,
  languages: navigator.languages,
};

/** Who answers a request; the first that can, does. Nobody: the network. */
interface Handler {
  readonly name: string;
  canHandle(request: Request, url: URL): boolean;
  handle(event: FetchEvent): Response | Promise<Response>;
}

/** Leaves a request to the network. */
type Route =
  | Handler
  | { readonly name: string; canHandle: Handler['canHandle']; readonly handle: null };

const routes: readonly Route[] = [
  {
    name: 'other origins',
    canHandle: (_, url) => url.origin !== self.location.origin,
    handle: null,
  },
  {
    name: 'our own files',
    canHandle: (_, url) => url.pathname.startsWith(OWN_PREFIX),
    handle: null,
  },
  {
    name: 'top-level form',
    canHandle: (request) => request.destination === 'document' && request.method !== 'GET',
    handle: () => refuseTopLevelForm(),
  },
  {
    name: 'top-level navigation',
    canHandle: (request) => request.destination === 'document',
    handle: () => shellResponse(),
  },
  { name: 'site', canHandle: () => true, handle: askSite },
];

self.addEventListener('install', () => {
  // Nothing of an old version is worth waiting for: all state is in the shells.
  void self.skipWaiting();
});

self.addEventListener('activate', (event) => {
  event.waitUntil(self.clients.claim());
});

self.addEventListener('message', (event) => {
  const notice = readWorkerNotice(event.data);
  if (notice?.kind === 'peerserver-frame' && event.source instanceof WindowClient) {
    shells.remember(event.source.id, notice.shell);
  }
});

self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  const route = routes.find((candidate) => candidate.canHandle(event.request, url));
  if (route?.handle) event.respondWith(route.handle(event));
});

async function askSite(event: FetchEvent): Promise<Response> {
  const { request } = event;
  const isFrame = request.mode === 'navigate';
  try {
    const hasBody = request.method !== 'GET' && request.method !== 'HEAD';
    const blob = hasBody ? await request.blob() : undefined;
    const body: RequestBody = blob && blob.size > 0 ? { kind: 'blob', blob } : { kind: 'none' };
    const answer = await askAnyShell(event, body);
    // A page of the site framed by somebody else, without a shell around it: it gets its own.
    if (!answer && isFrame && request.method === 'GET') return shellResponse();
    if (!answer) {
      throw new PeerServerError(
        'cannot-connect',
        'No tab of this site is open that could ask the host.',
      );
    }
    return isFrame ? documentResponse(answer, request.url) : plainResponse(answer);
  } catch (thrown) {
    return failureResponse(asPeerServerError(thrown, 'connection-lost'), isFrame);
  }
}

/** The answer by whichever shell lives long enough to get it; undefined when there is none. */
async function askAnyShell(
  { request, clientId, resultingClientId }: FetchEvent,
  body: RequestBody,
): Promise<BridgeAnswer | undefined> {
  const head = requestHeadOf(request, around);
  for (;;) {
    const bridge = await shells.find(clientId || resultingClientId);
    if (!bridge) return undefined;
    try {
      return await bridge.request(head, body);
    } catch (error) {
      // Another tab carried this one's request and was closed meanwhile.
      if (!(error instanceof ShellGoneError) || !isIdempotent(request.method)) throw error;
    }
  }
}

/** The shell comes out of this script, so that nothing the site's scripts can write to may replace it. */
function shellResponse(): Response {
  return new Response(shellPage.html, {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': shellPage.csp,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    },
  });
}

function refuseTopLevelForm(): Response {
  const page = pageOf(
    'This form cannot be sent to a new page',
    'Forms that send data work inside the site; this one was sent to a tab of its own. Go back and try it in the same tab.',
  );
  return new Response(page, {
    status: 405,
    headers: { 'content-type': 'text/html; charset=utf-8', allow: 'GET, HEAD' },
  });
}
