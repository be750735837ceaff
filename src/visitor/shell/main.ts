/**
 * The shell: the page at a site's address that owns the connection to the host and shows the site in a
 * frame that fills it. It lives on while the frame navigates, so a click costs no new handshake.
 */
import { SIGNAL_PATH } from '../../address/address.ts';
import { createBrowserPeer } from '../../link/browser-peer.ts';
import type { PeerServerError } from '../../protocol/errors.ts';
import { keyFingerprint } from '../../protocol/identity.ts';
import { findPageHook, offerPageHook } from '../bridge/page-hook.ts';
import { type ConnectStep, connectSite, HostKeyChangedError } from '../connect-site.ts';
import { SiteConnection, type SiteState } from '../site-connection.ts';
import { serveBridge } from './bridge-server.ts';
import { Screens } from './screens.ts';
import { SiteFrame } from './site-frame.ts';
import { openVisitorStore, wipeOrigin } from './visitor-store.ts';

/** A connection is there in a third of a second mostly; only a slower one is worth a word. */
const QUIET_MS = 500;
/** A lost connection is mostly back at once (the host's tab was reloaded). */
const BANNER_AFTER_MS = 2_500;
/** How often a page that was loaded past the service worker reloads itself before it gives up. */
const MAX_BYPASS_RELOADS = 3;
const BYPASS_COUNT = 'peerserver-bypass-reloads';

/** After Back or Forward the browser restores the frame by itself, shortly after the page's load. */
const RESTORE_MS = 500;

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
  screens.show({ title: `Connecting to ${siteName}`, text: '' });
  screens.hide();
  const frame = new SiteFrame(requireFrame(), () => screens.hide());
  offerPageHook({
    shell: token,
    adopt: (page) => frame.adopt(page),
    bypassed: () => reloadBypassed(screens),
  });
  const store = await openVisitorStore();
  const view = new ConnectionView(screens, frame);
  const leaving = new AbortController();
  const site = new SiteConnection({
    connect: (signal) =>
      connectSite({
        site: siteName,
        signalUrl: `${location.origin.replace(/^http/, 'ws')}${SIGNAL_PATH}`,
        ...store,
        createPeer: createBrowserPeer,
        signal,
        onProgress: (step) => screens.progress(PROGRESS[step] ?? 'Connecting to the host…'),
      }),
    signal: leaving.signal,
    onState: (state) => view.show(state),
  });
  view.retry = () => site.start();
  // Says goodbye, so that the host need not wait for silence.
  addEventListener('pagehide', () => leaving.abort());
  addEventListener('online', () => site.start());
  serveBridge(navigator.serviceWorker, site, token);
  site.start();
  await registerServiceWorker();
  view.serviceWorkerReady();
}

/** What a person sees of the connection's states. */
class ConnectionView {
  retry: () => void = () => {};
  readonly #screens: Screens;
  readonly #frame: SiteFrame;
  #workerReady = false;
  #connectedOnce = false;
  #restoreTimer: ReturnType<typeof setTimeout> | undefined;
  #quietTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(screens: Screens, frame: SiteFrame) {
    this.#screens = screens;
    this.#frame = frame;
  }

  serviceWorkerReady(): void {
    this.#workerReady = true;
    this.#openWhenReady();
  }

  show(state: SiteState): void {
    switch (state.kind) {
      case 'connecting':
        this.#soon(() => this.#showConnecting());
        break;
      case 'connected':
        clearTimeout(this.#quietTimer);
        this.#quietTimer = undefined;
        this.#connectedOnce = true;
        this.#screens.banner(null);
        this.#screens.progress('');
        sessionStorage.removeItem(BYPASS_COUNT);
        this.#openWhenReady();
        break;
      case 'waiting':
        if (this.#frame.isBlank) {
          this.#screens.showFailure(state.error, this.retry);
          this.#screens.progress(`Trying again in ${Math.ceil(state.retryInMs / 1000)} s`);
        }
        break;
      case 'stopped':
        clearTimeout(this.#quietTimer);
        this.#quietTimer = undefined;
        void this.#showStopped(state.error);
        break;
    }
  }

  #openWhenReady(): void {
    if (!this.#workerReady || !this.#connectedOnce || !this.#frame.isBlank) return;
    if (!cameByHistory()) this.#frame.open(location.href);
    else this.#restoreTimer ??= setTimeout(() => this.#openIfStillBlank(), RESTORE_MS);
  }

  #openIfStillBlank(): void {
    if (this.#frame.isBlank) this.#frame.open(location.href);
  }

  /** Shows what goes on only if it takes long enough to be wondered at. */
  #soon(action: () => void): void {
    this.#quietTimer ??= setTimeout(action, this.#frame.isBlank ? QUIET_MS : BANNER_AFTER_MS);
  }

  #showConnecting(): void {
    if (!this.#frame.isBlank) {
      this.#screens.banner('Connection to the host lost. Trying again…');
      return;
    }
    this.#screens.show({
      title: `Connecting to ${siteName}`,
      text: "This site is served from somebody's browser; yours is looking for the way there.",
    });
  }

  async #showStopped(error: PeerServerError): Promise<void> {
    if (error instanceof HostKeyChangedError) await this.#showChangedKey(error);
    else if (error.code === 'identity-mismatch') {
      this.#screens.show({
        title: 'This may not be the real host',
        text: `What answered could not prove that it is "${siteName}". Somebody may be between you and the host, so nothing of the site was loaded.`,
        onRetry: this.retry,
      });
    } else this.#screens.showFailure(error, this.retry);
    this.#screens.progress('');
    this.#screens.banner(null);
  }

  async #showChangedKey(error: HostKeyChangedError): Promise<void> {
    this.#screens.show({
      title: 'This site has a new identity',
      text: `"${siteName}" is served with another key than when you were here before. That is normal if its owner moved it or the name has a new owner. If neither was said to you, somebody may be posing as the site.\nContinuing forgets everything the old site has stored in this browser.`,
      details: [
        ['Key you know', await keyFingerprint(error.knownKey)],
        ['Key shown now', await keyFingerprint(error.shownKey)],
      ],
      onRetry: this.retry,
      accept: {
        label: 'Forget the old site and continue',
        action: () => {
          void wipeOrigin().then(() => location.reload());
        },
      },
    });
  }
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

function cameByHistory(): boolean {
  const [entry] = performance.getEntriesByType('navigation');
  return entry instanceof PerformanceNavigationTiming && entry.type === 'back_forward';
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
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  new Screens(document).show({
    title: 'The site cannot be shown',
    text: `Something in this browser failed: ${message}`,
    onRetry: () => location.reload(),
  });
  throw thrown;
});
