/**
 * Runs at the very start of each HTML document of the site, injected behind the doctype by the service
 * worker. It makes the document known to the shell around it, and leaves nothing behind.
 */
import { documentStreamOf } from '../bridge/document-stream.ts';
import type { PageNotice } from '../bridge/messages.ts';
import { findPageHook } from '../bridge/page-hook.ts';
import { pageTools } from '../bridge/page-tools.ts';
import { obeyPolicies } from './beacons.ts';
import { installCookies } from './cookies.ts';
import { installDownloads } from './downloads.ts';
import { carryEmbeddedObjects } from './embedded-objects.ts';
import { installEventSource } from './event-source.ts';
import { watchFrames } from './frames.ts';
import { headerPolicies, PagePolicies } from './page-policies.ts';
import { installRequestAbort } from './request-abort.ts';
import { installServiceWorkerApi } from './service-worker-api.ts';
import { hasWebSocket, installWebSocket } from './web-socket.ts';

const hook = findPageHook();
if (hook) {
  hook.adopt(window, pageTools(window), documentStreamOf(document.currentScript));
  // Said from here, so that the service worker sees this document as the sender: it then asks this tab's
  // own shell first.
  const worker = navigator.serviceWorker?.controller;
  const tell = (notice: PageNotice) => worker?.postMessage(notice);
  tell({ kind: 'peerserver-frame', shell: hook.shell });
  installServiceWorkerApi();
  carryEmbeddedObjects();
  installRequestAbort(window, tell);
  installEventSource(window);
  installDownloads(window, hook);
  const policies = new PagePolicies(document, headerPolicies(document.currentScript));
  obeyPolicies(window, (url) => policies.allows(url, location.origin));
  installCookies(window, hook.cookies);
  installWebSocket(window, hook, () => policies);
  watchFrames(window, {
    prepare(frame) {
      installCookies(frame, hook.cookies);
      if (hasWebSocket(frame, hook)) return;
      installEventSource(frame);
      installWebSocket(frame, hook, () => new PagePolicies(frame.document, policies.all));
    },
    changed: () => policies.look(),
    mayStart: () => !policies.hasMeta,
  });
}
document.currentScript?.remove();
