/**
 * Runs at the very start of each HTML document of the site, injected behind the doctype by the service
 * worker. It makes the document known to the shell around it, and leaves nothing behind.
 */
import type { WorkerNotice } from '../bridge/messages.ts';
import { findPageHook } from '../bridge/page-hook.ts';

const hook = findPageHook();
if (hook) {
  hook.adopt(window);
  // Said from here, so that the service worker sees this document as the sender: it then asks this tab's
  // own shell first.
  const notice: WorkerNotice = { kind: 'peerserver-frame', shell: hook.shell };
  navigator.serviceWorker?.controller?.postMessage(notice);
}
document.currentScript?.remove();
