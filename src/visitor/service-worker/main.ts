/**
 * The service worker of a site's origin. It answers top-level navigations with the shell and hands every
 * other request of the site to a shell, which asks the host. What is ours goes to the network.
 */

import { shellPage } from 'virtual:shell-html';
import { OWN_PREFIX } from '../../address/address.ts';
import { asPeerServerError, PeerServerError } from '../../protocol/errors.ts';
import { withFormToken } from '../bridge/form-token.ts';
import { type PageNotice, readWorkerNotice } from '../bridge/messages.ts';
import { readTag } from '../bridge/request-tag.ts';
import { livingShells } from '../cookies/publisher.ts';
import { Arrivals } from './arrivals.ts';
import { DocumentStreams } from './document-streams.ts';
import { asAttachment } from './download.ts';
import { failureResponse, formGoneResponse } from './failure-page.ts';
import { HeldBodies } from './held-bodies.ts';
import { clientOf, HostRequests } from './host-requests.ts';
import { SiteCache } from './http-cache/site-cache.ts';
import { Navigations } from './navigations.ts';
import { tellWhenNothingShows } from './no-document.ts';
import { OpenRequests } from './open-requests.ts';
import { bodyOfBlob, requestBodyOf, withBodyLength } from './request-body.ts';
import { requestHeadOf } from './request-head.ts';
import { ShellFinder } from './shell-finder.ts';
import { documentResponse, plainResponse } from './site-response.ts';
import { ToldTotals } from './told-totals.ts';
import { forgetForms, formTokenOf, putFormAside, putFormBack, takeForm } from './top-level-form.ts';
import { startsWorker, workerResponse } from './worker-response.ts';

declare const self: ServiceWorkerGlobalScope;

const shells = new ShellFinder();
const navigations = new Navigations();
const openRequests = new OpenRequests();
const arrivals = new Arrivals();
const heldBodies = new HeldBodies();
const totals = new ToldTotals();
const documentStreams = new DocumentStreams(() => shells.life);
const httpCache = new SiteCache();
const around = {
  origin: self.location.origin,
  userAgent: navigator.userAgent,
  languages: navigator.languages,
};

const host = new HostRequests({ shells, httpCache, arrivals, around });

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
    handle: showTopLevelForm,
  },
  {
    name: 'top-level navigation',
    canHandle: (request) => request.destination === 'document',
    handle: ({ request }) => {
      httpCache.topLevelNavigation(request);
      arrivals.expect(request.url, request.referrer);
      return shellResponse();
    },
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
  if (!notice) return;
  switch (notice.kind) {
    case 'peerserver-reload':
      httpCache.expectReload(notice.url);
      event.ports[0]?.postMessage('noted');
      break;
    case 'peerserver-navigation-state':
      event.ports[0]?.postMessage(navigations.stateOf(notice.url));
      break;
    case 'peerserver-arrival':
      arrivals.expect(notice.url, notice.referrer);
      event.ports[0]?.postMessage('noted');
      break;
    case 'peerserver-forget':
      event.waitUntil(forgetSite(event.ports[0]));
      break;
    case 'peerserver-keep-alive':
      break;
    default:
      if (event.source instanceof WindowClient) followPage(event, notice, event.source);
  }
});

self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  const route = routes.find((candidate) => candidate.canHandle(event.request, url));
  if (route?.handle) event.respondWith(route.handle(event));
});

/** What pages say of themselves and their requests. */
function followPage(event: ExtendableMessageEvent, notice: PageNotice, page: WindowClient): void {
  switch (notice.kind) {
    case 'peerserver-frame':
      shells.remember(page.id, notice.shell);
      break;
    case 'peerserver-abort':
      openRequests.abort(notice.id);
      break;
    case 'peerserver-body':
      heldBodies.put(notice.id, notice.body);
      break;
    case 'peerserver-page-gone':
      openRequests.pageGone(page.id);
      break;
    case 'peerserver-navigation-stopped':
      openRequests.navigationStopped(page.id, notice.url, notice.at);
      break;
    case 'peerserver-beacon':
      event.waitUntil(host.sendBeacon(notice, page));
      break;
  }
}

async function askSite(event: FetchEvent): Promise<Response> {
  const { request, clientId } = event;
  const isNavigation = request.mode === 'navigate';
  const keep = request.keepalive || readTag(request.url).keep === true;
  try {
    return await openRequests.during(
      { url: request.url, keep, isNavigation, clientId },
      (signal) =>
        isNavigation
          ? navigations.during(request.url, () => showDocument(event, signal))
          : showResource(event, signal),
    );
  } catch (thrown) {
    // An event source takes any answer that is no stream for the last one; a failed request it makes again.
    if (request.headers.get('accept') === 'text/event-stream') return Response.error();
    return failureResponse(asPeerServerError(thrown, 'connection-lost'), request);
  }
}

async function showResource(event: FetchEvent, signal: AbortSignal): Promise<Response> {
  const { request } = event;
  if (request.method === 'POST' && readTag(request.url).aside) {
    return new Response(await putFormAside(request, requestHeadOf(request, around)));
  }
  const answer = await host.ask(event, await requestBodyOf(event.request, heldBodies), signal);
  const response = plainResponse(answer ?? noShell(), request, totals);
  if (!startsWorker(request.destination)) return response;
  return workerResponse(response, shells.shellOf(event.clientId));
}

/** The answer to a frame that is sent to an address: a page, a file to save, or the answer to a form. */
async function showDocument(event: FetchEvent, signal: AbortSignal): Promise<Response> {
  const { request } = event;
  const body = await requestBodyOf(request, heldBodies);
  const token = formTokenOf(body) ?? readTag(request.url).form;
  if (token !== undefined) return showForm(event, token, signal);
  // A page of the site framed by somebody else, without a shell around it: it gets its own.
  const hasShell = request.method !== 'GET' || (await shells.find(clientOf(event)));
  const asked = hasShell ? await host.ask(event, body, signal) : undefined;
  if (!asked && request.method === 'GET') return shellResponse();
  const answer = asked ?? noShell();
  const { download, shell } = readTag(request.url);
  const isDownload = download !== undefined && (await isLivingShell(shell));
  const shown = isDownload ? asAttachment(answer, download) : answer;
  tellWhenNothingShows(shown, navigations.waysTo(request.url));
  const mayRepeat = request.method === 'GET';
  return documentResponse(shown, request.url, () => documentStreams.begin(mayRepeat));
}

/** True for the token of a shell: whoever has written an address elsewhere knows none. */
async function isLivingShell(token: string | undefined): Promise<boolean> {
  return token !== undefined && (await livingShells()).includes(token);
}

/** Keeps nothing of the old site; says so over `port` when nothing of it is being written any more. */
async function forgetSite(port: MessagePort | undefined): Promise<void> {
  forgetForms();
  await httpCache.close();
  port?.postMessage('noted');
}

/** Makes the request that was put aside for this frame, at the address that the frame is sent to. */
async function showForm(event: FetchEvent, token: string, signal: AbortSignal): Promise<Response> {
  const form = await takeForm(token);
  if (!form) return formGoneResponse();
  const url = new URL(event.request.url);
  const body = await bodyOfBlob(form.body);
  const head = withBodyLength({ ...form.head, target: url.pathname + url.search }, body);
  const asked = host.send(event.request.url, head, body, clientOf(event), signal);
  const answer = (await asked) ?? noShell();
  // The frame will post the token again to where such a redirect leads.
  if (answer.status === 307 || answer.status === 308) await putFormBack(token, form);
  tellWhenNothingShows(answer, navigations.waysTo(event.request.url));
  return documentResponse(answer, event.request.url, () => documentStreams.begin(false));
}

function noShell(): never {
  throw new PeerServerError(
    'cannot-connect',
    'No tab of this site is open that could ask the host.',
  );
}

/** A form sent to a tab of its own: the shell comes first, and its frame collects the answer. */
async function showTopLevelForm({ request }: FetchEvent): Promise<Response> {
  try {
    return shellResponse(await putFormAside(request, requestHeadOf(request, around)));
  } catch (thrown) {
    return failureResponse(asPeerServerError(thrown, 'storage-failed'), request);
  }
}

/**
 * The shell comes out of this script, so that nothing the site's scripts can write to may replace it.
 * @param formToken of a form whose answer it is to show
 */
function shellResponse(formToken?: string): Response {
  const { html, csp } = shellPage;
  return new Response(formToken === undefined ? html : withFormToken(html, formToken), {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': csp,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    },
  });
}
