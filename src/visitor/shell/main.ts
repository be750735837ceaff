/**
 * The shell: the page at a site's address that owns the connection to the host and shows the site in a
 * frame that fills it. It lives on while the frame navigates, so a click costs no new handshake.
 */
import { SIGNAL_PATH } from '../../address/address.ts';
import { keyFingerprint } from '../../protocol/identity.ts';
import { isInvitation } from '../bridge/messages.ts';
import { findPageHook, offerPageHook } from '../bridge/page-hook.ts';
import type { ConnectStep } from '../connect-site.ts';
import type { ConnectionState, PlainError } from '../connection-worker/messages.ts';
import { ConnectionWorker } from './connection-worker.ts';
import { IconLoader } from './favicon.ts';
import { followForgetting, forgetSite } from './forget-site.ts';
import { Screens } from './screens.ts';
import { SiteFrame } from './site-frame.ts';

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
  document.title = `Connecting to ${siteName}`;
  const connection = new ConnectionWorker(token);
  const icons = new IconLoader(connection.openBridge());
  const frame = new SiteFrame(requireFrame(), icons, () => screens.hide());
  followForgetting(frame);
  const view = new ConnectionView(screens, frame, () => connection.retry());
  connection.onState = (state) => view.show(state);
  connection.onProgress = (step) => screens.progress(PROGRESS[step] ?? 'Connecting to the host…');
  connection.onBroken = (error) => showBroken(screens, error);
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

/** What a person sees of the connection's states. */
class ConnectionView {
  readonly #retry: () => void;
  readonly #screens: Screens;
  readonly #frame: SiteFrame;
  #workerReady = false;
  #connectedOnce = false;
  /** What failed stays on the screen while it is tried again. */
  #failureShown = false;
  /** The browser is given time to restore the frame. */
  #restoring = false;
  #quietTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(screens: Screens, frame: SiteFrame, retry: () => void) {
    this.#screens = screens;
    this.#frame = frame;
    this.#retry = retry;
  }

  serviceWorkerReady(): void {
    this.#workerReady = true;
    this.#openWhenReady();
  }

  show(state: ConnectionState): void {
    switch (state.kind) {
      case 'connecting':
        if (this.#failureShown) this.#screens.progress('Trying again…');
        else this.#soon(() => this.#showConnecting());
        break;
      case 'connected':
        this.#stopQuietTimer();
        this.#connectedOnce = true;
        this.#failureShown = false;
        this.#screens.banner(null);
        this.#screens.progress('');
        sessionStorage.removeItem(BYPASS_COUNT);
        this.#openWhenReady();
        break;
      case 'waiting':
        if (this.#frame.isBlank) {
          this.#stopQuietTimer();
          this.#failureShown = true;
          this.#screens.showFailure(state.error, this.#retry);
          this.#screens.progress(`Trying again in ${Math.ceil(state.retryInMs / 1000)} s`);
        }
        break;
      case 'stopped':
        this.#stopQuietTimer();
        void this.#showStopped(state.error);
        break;
    }
  }

  #openWhenReady(): void {
    if (!this.#workerReady || !this.#connectedOnce || !this.#frame.isBlank) return;
    if (!cameByHistory()) this.#frame.open(location.href);
    else if (!this.#restoring) {
      this.#restoring = true;
      setTimeout(() => this.#openIfStillBlank(), RESTORE_MS);
    }
  }

  #openIfStillBlank(): void {
    if (this.#frame.isBlank) this.#frame.open(location.href);
  }

  /** Shows what goes on only if it takes long enough to be wondered at. */
  #soon(action: () => void): void {
    this.#quietTimer ??= setTimeout(action, this.#frame.isBlank ? QUIET_MS : BANNER_AFTER_MS);
  }

  #stopQuietTimer(): void {
    clearTimeout(this.#quietTimer);
    this.#quietTimer = undefined;
  }

  #showConnecting(): void {
    this.#quietTimer = undefined;
    if (!this.#frame.isBlank) {
      this.#screens.banner('Connection to the host lost. Trying again…');
      return;
    }
    this.#screens.show({
      title: `Connecting to ${siteName}`,
      text: "This site is served from somebody's browser; yours is looking for the way there.",
    });
  }

  async #showStopped(error: PlainError): Promise<void> {
    if (error.changedKey) await this.#showChangedKey(error.changedKey);
    else if (error.code === 'identity-mismatch') {
      this.#screens.show({
        title: 'This may not be the real host',
        text: `What answered could not prove that it is "${siteName}". Somebody may be between you and the host, so nothing of the site was loaded.`,
        onRetry: this.#retry,
      });
    } else this.#screens.showFailure(error, this.#retry);
    this.#screens.progress('');
    this.#screens.banner(null);
  }

  async #showChangedKey(keys: NonNullable<PlainError['changedKey']>): Promise<void> {
    this.#screens.show({
      title: 'This site has a new identity',
      text: `"${siteName}" is served with another key than when you were here before. That is normal if its owner moved it or the name has a new owner. If neither was said to you, somebody may be posing as the site.\nContinuing forgets everything the old site has stored in this browser.`,
      details: [
        ['Key you know', await keyFingerprint(keys.known)],
        ['Key shown now', await keyFingerprint(keys.shown)],
      ],
      onRetry: this.#retry,
      accept: {
        label: 'Forget the old site and continue',
        action: () => {
          forgetSite(this.#frame).catch((error: Error) => showBroken(this.#screens, error));
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

function showBroken(screens: Screens, error: Error): void {
  screens.show({
    title: 'The site cannot be shown',
    text: `Something in this browser failed: ${error.message}`,
    onRetry: () => location.reload(),
  });
  console.error('PeerServer:', error);
}

main().catch((thrown: unknown) => {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  showBroken(new Screens(document), error);
});
