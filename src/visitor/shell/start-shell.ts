import { SIGNAL_PATH } from '../../address/address.ts';
import { isInvitation, readNoDocumentNotice } from '../bridge/messages.ts';
import { findPageHook, offerPageHook, type PageHook } from '../bridge/page-hook.ts';
import { withoutTag } from '../bridge/request-tag.ts';
import type { ConnectStep } from '../connect-site.ts';
import { openCookieChannel } from '../cookies/cookie-messages.ts';
import { ShellCookies } from '../cookies/shell-cookies.ts';
import { announceArrival } from './announce-arrival.ts';
import { announceReload } from './announce-reload.ts';
import { BypassGuard } from './bypass.ts';
import { ConnectionView } from './connection-view.ts';
import { ConnectionWorker } from './connection-worker.ts';
import { CutDocuments } from './cut-documents.ts';
import { startDownload } from './download-frames.ts';
import { FailedPages } from './failed-pages.ts';
import { IconLoader } from './favicon.ts';
import { followForgetting } from './forget-site.ts';
import { takeFormToken } from './form-answer.ts';
import { keptReferrer } from './frame-history.ts';
import { findMissingAbility } from './missing-ability.ts';
import { Screens } from './screens.ts';
import { cameByHardReload, registerServiceWorker } from './service-worker.ts';
import { type PageKeeper, SiteFrame } from './site-frame.ts';

const PROGRESS: Partial<Record<ConnectStep, string>> = {
  signaling: 'Asking for the host…',
  'finding-host': 'Asking for the host…',
  proving: 'Checking that it is the same host as before…',
};

const siteName = location.hostname.split('.')[0] ?? '';
const token = crypto.randomUUID();

/** Who wants to know of the shell's pages, and to lead where they lead: the studio's preview. */
export interface ShellKeeper extends PageKeeper {
  /** Called when the frame is there; nothing is shown yet. */
  started(frame: SiteFrame): void;
  /** A screen of the shell's is shown instead of a page, and not only for a moment. */
  screen(): void;
  /** Whether this is the key of the host that the keeper runs itself, whatever was known before. */
  isHost(key: string): Promise<boolean>;
  /** Loads this page anew. */
  reload(): void;
  /** Nothing can be shown, and a person has to be told. @param cause what was thrown, if anything */
  failed(message: string, cause?: Error): void;
}

/**
 * Starts the shell: the page at a site's address. Its connection worker owns the connection to the host; it
 * shows the site in a frame that fills it. It lives on while the frame navigates, so a click costs no handshake.
 * @param keeper undefined: the shell stands at the top, as visitors have it
 */
export function startShell(keeper?: ShellKeeper): void {
  main(keeper).catch((thrown: unknown) => {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    new Screens(document, { takesFocus: keeper === undefined }).showBroken(error);
    keeper?.failed(error.message, error);
  });
}

async function main(keeper: ShellKeeper | undefined): Promise<void> {
  const outer = findPageHook();
  if (outer) {
    outer.bypassed(window);
    return;
  }
  // The address may be another site's link; what it says of itself is not for the service worker.
  const address = withoutTag(location.href);
  if (address !== location.href) history.replaceState(history.state, '', address);
  const screens = new Screens(document, {
    takesFocus: keeper === undefined,
    onShow: () => keeper?.screen(),
  });
  const missing = findMissingAbility();
  if (missing) {
    screens.show({ title: 'This browser cannot visit the site', text: missing });
    keeper?.failed(missing);
    return;
  }
  const pastCaches = cameByHardReload();
  document.title = `Connecting to ${siteName}`;
  const connection = new ConnectionWorker(token);
  const icons = new IconLoader(() => connection.ownBridge());
  const cutDocuments = new CutDocuments({ onCut: (page) => screens.showCut(page) });
  const frame: SiteFrame = new SiteFrame(
    requireFrame(),
    icons,
    () => {
      screens.hide();
      bypasses.passed();
    },
    (page, mayRepeat) => void cutDocuments.empty(page, mayRepeat),
    keeper,
  );
  keeper?.started(frame);
  const bypasses = new BypassGuard(frame, screens);
  const view = new ConnectionView(siteName, screens, frame, {
    retry: () => connection.retry(),
    formToken: takeFormToken(document),
    keeper,
  });
  const failedPages = new FailedPages(requireFrame());
  connection.onState = (state) => {
    view.show(state);
    failedPages.follow(state);
  };
  connection.onProgress = (step) => screens.progress(PROGRESS[step] ?? 'Connecting to the host…');
  connection.onBroken = (error) => {
    screens.showBroken(error);
    keeper?.failed(error.message, error);
  };
  const cookies = new ShellCookies({
    shell: token,
    host: location.hostname,
    post: (message) => connection.sendCookies(message),
    channel: openCookieChannel(),
  });
  connection.onCookies = (message) => cookies.receive(message);
  followForgetting(frame, () => cookies.forget());
  const hook: PageHook = {
    shell: token,
    cookies,
    adopt: (page, tools, stream) => {
      if (frame.isMain(page)) offerPageHook(hook, page);
      frame.adopt(page, tools);
      if (stream) cutDocuments.watch(page, tools, stream);
    },
    bypassed: (page) => {
      bypasses.bypassed(page).catch((error: Error) => screens.showBroken(error));
    },
    openSocket: (request, port) => connection.openSocket(request, port),
    download: (url, name) => startDownload(url, name, token),
    nativeSockets: new WeakMap(),
  };
  offerPageHook(hook);
  navigator.serviceWorker.addEventListener('message', (event) => {
    const [port] = event.ports;
    if (isInvitation(event.data) && port) connection.serveBridge(port, event.data.worker);
    const notice = readNoDocumentNotice(event.data);
    if (notice) view.nothingShown(notice);
  });
  navigator.serviceWorker.startMessages();
  addEventListener('pagehide', () => {
    // Says goodbye, so that the host need not wait for silence.
    connection.closePeers();
    cookies.leave();
  });
  addEventListener('online', () => connection.retry());
  connection.start(siteName, `${location.origin.replace(/^http/, 'ws')}${SIGNAL_PATH}`);
  // Behind `start`, since nobody listens before it.
  cookies.takeOver();
  await registerServiceWorker();
  await Promise.all([announceReload(pastCaches), announceArrival(keptReferrer())]);
  view.serviceWorkerReady();
}

function requireFrame(): HTMLIFrameElement {
  const frame = document.getElementById('site');
  if (!(frame instanceof HTMLIFrameElement)) throw new Error("The shell's page has no frame.");
  return frame;
}
