/**
 * The shell: the page at a site's address. Its connection worker owns the connection to the host; it shows
 * the site in a frame that fills it. It lives on while the frame navigates, so a click costs no handshake.
 */
import { SIGNAL_PATH } from '../../address/address.ts';
import { isInvitation } from '../bridge/messages.ts';
import { findPageHook, offerPageHook } from '../bridge/page-hook.ts';
import type { ConnectStep } from '../connect-site.ts';
import { ConnectionView } from './connection-view.ts';
import { ConnectionWorker } from './connection-worker.ts';
import { IconLoader } from './favicon.ts';
import { followForgetting } from './forget-site.ts';
import { Screens } from './screens.ts';
import { SiteFrame } from './site-frame.ts';

/** How often a page that was loaded past the service worker reloads itself before it gives up. */
const MAX_BYPASS_RELOADS = 3;
const BYPASS_COUNT = 'peerserver-bypass-reloads';

const PROGRESS: Partial<Record<ConnectStep, string>> = {
  signaling: 'Asking for the host…',
  'finding-host': 'Asking for the host…',
  proving: 'Checking that it is the same host as before…',
};

const siteName = location.hostname.split('.')[0] ?? '';
const token = crypto.randomUUID();

async function main(): Promise<void> {
  const outer = findPageHook();
  if (outer) {
    outer.bypassed();
    return;
  }
  const screens = new Screens(document);
  const missing = findMissingAbility();
  if (missing) {
    screens.show({ title: 'This browser cannot visit the site', text: missing });
    return;
  }
  document.title = `Connecting to ${siteName}`;
  const connection = new ConnectionWorker(token);
  const icons = new IconLoader(() => connection.ownBridge());
  const frame = new SiteFrame(requireFrame(), icons, () => screens.hide());
  followForgetting(frame);
  const view = new ConnectionView(siteName, screens, frame, {
    retry: () => connection.retry(),
    connected: () => sessionStorage.removeItem(BYPASS_COUNT),
  });
  connection.onState = (state) => view.show(state);
  connection.onProgress = (step) => screens.progress(PROGRESS[step] ?? 'Connecting to the host…');
  connection.onBroken = (error) => screens.showBroken(error);
  offerPageHook({
    shell: token,
    adopt: (page) => frame.adopt(page),
    bypassed: () => reloadBypassed(screens),
  });
  navigator.serviceWorker.addEventListener('message', (event) => {
    const [port] = event.ports;
    if (isInvitation(event.data) && port) connection.serveBridge(port, event.data.worker);
  });
  navigator.serviceWorker.startMessages();
  // Says goodbye, so that the host need not wait for silence.
  addEventListener('pagehide', () => connection.closePeers());
  addEventListener('online', () => connection.retry());
  connection.start(siteName, `${location.origin.replace(/^http/, 'ws')}${SIGNAL_PATH}`);
  await registerServiceWorker();
  view.serviceWorkerReady();
}

/** A shell inside the shell's frame: the page was loaded past the service worker (a hard reload). */
function reloadBypassed(screens: Screens): void {
  const count = Number(sessionStorage.getItem(BYPASS_COUNT) ?? '0') + 1;
  sessionStorage.setItem(BYPASS_COUNT, String(count));
  if (count <= MAX_BYPASS_RELOADS) {
    location.reload();
    return;
  }
  screens.show({
    title: 'The site cannot be shown',
    text: 'The service worker that fetches the site from its host is switched off. If the developer tools are open, untick "Bypass for network" there, then reload.',
    onRetry: () => location.reload(),
  });
}

async function registerServiceWorker(): Promise<void> {
  await navigator.serviceWorker.register('/.peerserver/service-worker.js', {
    scope: '/',
    // A stale copy in the HTTP cache must not keep an old one alive.
    updateViaCache: 'none',
  });
  await navigator.serviceWorker.ready;
}

function findMissingAbility(): string | undefined {
  if (!isSecureContext) {
    return 'The site must be opened over https (or on localhost): only then does a browser offer what it needs.';
  }
  if (!('serviceWorker' in navigator)) {
    return 'It needs service workers, which this browser or this private window does not offer. An ordinary window of a current Chrome, Edge, Firefox or Safari has them.';
  }
  if (!('RTCPeerConnection' in window)) {
    return 'It needs WebRTC, which is switched off here. Some privacy extensions do that; allow it for this site, or use another browser.';
  }
  return undefined;
}

function requireFrame(): HTMLIFrameElement {
  const frame = document.getElementById('site');
  if (!(frame instanceof HTMLIFrameElement)) throw new Error("The shell's page has no frame.");
  return frame;
}

main().catch((thrown: unknown) => {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  new Screens(document).showBroken(error);
});
