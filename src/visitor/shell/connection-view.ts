import { keyFingerprint } from '../../protocol/identity.ts';
import type { NoDocumentNotice } from '../bridge/messages.ts';
import type { ConnectionState, PlainError } from '../connection-worker/messages.ts';
import { staysBlank } from './blank-frame.ts';
import { forgetSite } from './forget-site.ts';
import { navigationState } from './navigation-watch.ts';
import type { Screen, Screens } from './screens.ts';
import type { SiteFrame } from './site-frame.ts';

/** A connection is there in a third of a second mostly; only a slower one is worth a word. */
const QUIET_MS = 500;
/** A lost connection is mostly back at once (the host's tab was reloaded). */
const BANNER_AFTER_MS = 2_500;

/** What is said where a page would stand. */
const NOTHING_SHOWN: Record<NoDocumentNotice['reason'], Pick<Screen, 'title' | 'text'>> = {
  download: {
    title: 'The download has begun',
    text: 'Your browser saves the file; its list of downloads shows how far it is. The file comes through this tab: please leave it open until then.',
  },
  empty: {
    title: 'There is nothing to show here',
    text: 'The site has taken your request, and says that no page belongs to it.',
  },
};

interface ViewEvents {
  readonly retry: () => void;
  /** Of a form sent to this tab, whose answer the frame is to show first. */
  readonly formToken: string | undefined;
  /** Who runs the host itself, if that is who looks. */
  readonly keeper: { isHost(key: string): Promise<boolean>; reload(): void } | undefined;
}

/** What a person sees of the connection's states. */
export class ConnectionView {
  readonly #retry: () => void;
  readonly #siteName: string;
  readonly #screens: Screens;
  readonly #frame: SiteFrame;
  readonly #keeper: ViewEvents['keeper'];
  #workerReady = false;
  #connectedOnce = false;
  /** What failed stays on the screen while it is tried again. */
  #failureShown = false;
  /** The browser is restoring the frame by itself. */
  #restoring = false;
  #formToken: string | undefined;
  /** Where the blank frame was sent to last. */
  #sentTo: string | undefined;
  /** What the frame was sent to brought no page, and would be asked for in vain, or saved twice. */
  #nothingToShow: NoDocumentNotice['reason'] | undefined;
  #quietTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(siteName: string, screens: Screens, frame: SiteFrame, events: ViewEvents) {
    this.#siteName = siteName;
    this.#screens = screens;
    this.#frame = frame;
    this.#retry = events.retry;
    this.#formToken = events.formToken;
    this.#keeper = events.keeper;
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
        if (this.#frame.isBlank) this.#openWhenReady();
        else this.#frame.showAgain();
        break;
      case 'waiting':
        if (this.#showsNothing) {
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

  /** Neither a page, nor word that there is none: the screen is the connection's. */
  get #showsNothing(): boolean {
    return this.#frame.isBlank && this.#nothingToShow === undefined;
  }

  #openWhenReady(): void {
    if (!this.#workerReady || !this.#connectedOnce || !this.#frame.isBlank) return;
    if (this.#nothingToShow) {
      this.#showNothing(this.#nothingToShow);
      return;
    }
    if (this.#sentTo !== undefined) void this.#openIfForgotten(this.#sentTo);
    else if (this.#formToken !== undefined || document.readyState === 'complete') this.#openFrame();
    else this.#openAfterRestoring();
  }

  /**
   * Browsers restore the frame by themselves, after Back and in Firefox after a reload; the shell counts as
   * loading for so long. Sending the frame there as well would ask the host twice, and make Firefox log an
   * error when it cuts off the first answer.
   */
  #openAfterRestoring(): void {
    if (this.#restoring) return;
    this.#restoring = true;
    const goOn = () => {
      this.#restoring = false;
      this.#openWhenReady();
    };
    // In the event itself it may still be at stopping loads, and stops one that begins there.
    document.addEventListener('readystatechange', () => setTimeout(goOn), { once: true });
  }

  #openFrame(): void {
    const token = this.#formToken;
    this.#formToken = undefined;
    this.#send(location.href, (url) => {
      if (token === undefined) this.#frame.open(url);
      else this.#frame.openFormAnswer(url, token);
    });
  }

  /** The connection is back, but what the frame was sent to has not come: it may be on its way, or a file. */
  async #openIfForgotten(url: string): Promise<void> {
    const state = await navigationState(url);
    if (state !== 'unknown' || this.#sentTo !== url || !this.#showsNothing) return;
    this.#send(url, () => this.#frame.open(url));
  }

  #send(url: string, open: (url: string) => void): void {
    this.#sentTo = url;
    open(url);
    const isBlank = () => this.#showsNothing && this.#sentTo === url;
    void staysBlank(url, { isBlank }).then((stays) => {
      if (stays) this.nothingShown({ kind: 'peerserver-no-document', url, reason: 'download' });
    });
  }

  /** The first address of this tab brought no page: without a word it would look as if it never came. */
  nothingShown({ url, reason }: NoDocumentNotice): void {
    const meant = this.#sentTo ?? location.href;
    if (!this.#frame.isBlank || withoutHash(url) !== withoutHash(meant)) return;
    this.#stopQuietTimer();
    this.#nothingToShow = reason;
    this.#showNothing(reason);
  }

  #showNothing(reason: NoDocumentNotice['reason']): void {
    this.#screens.show({ ...NOTHING_SHOWN[reason], accept: this.#goToStart() });
  }

  #goToStart(): NonNullable<Screen['accept']> {
    return {
      label: 'Go to the start of the site',
      action: () => {
        this.#nothingToShow = undefined;
        this.#send(new URL('/', location.href).href, (url) => this.#frame.open(url));
      },
    };
  }

  /** Shows what goes on only if it takes long enough to be wondered at. */
  #soon(action: () => void): void {
    this.#quietTimer ??= setTimeout(action, this.#showsNothing ? QUIET_MS : BANNER_AFTER_MS);
  }

  #stopQuietTimer(): void {
    clearTimeout(this.#quietTimer);
    this.#quietTimer = undefined;
  }

  #showConnecting(): void {
    this.#quietTimer = undefined;
    if (!this.#showsNothing) {
      this.#screens.banner('Connection to the host lost. Trying again…');
      return;
    }
    this.#screens.show({
      title: `Connecting to ${this.#siteName}`,
      text: "This site comes straight from somebody's computer; your browser is looking for the way there.",
      brief: true,
    });
  }

  async #showStopped(error: PlainError): Promise<void> {
    if (error.changedKey) await this.#showChangedKey(error.changedKey);
    else if (error.code === 'identity-mismatch') {
      this.#screens.show({
        title: 'This may not be the real host',
        text: `What answered could not prove that it is "${this.#siteName}". Somebody may be between you and the host, so nothing of the site was loaded.`,
        onRetry: this.#retry,
      });
    } else this.#screens.showFailure(error, this.#retry);
    this.#screens.progress('');
    this.#screens.banner(null);
  }

  #acceptKey(key: string): NonNullable<Screen['accept']> {
    return { label: 'Forget the old site and continue', action: () => this.#forgetFor(key) };
  }

  #forgetFor(key: string): void {
    const reload = () => (this.#keeper ?? location).reload();
    forgetSite(this.#frame, key, reload).catch((error: Error) => this.#screens.showBroken(error));
  }

  async #showChangedKey(keys: NonNullable<PlainError['changedKey']>): Promise<void> {
    if (await this.#keeper?.isHost(keys.shown)) {
      this.#forgetFor(keys.shown);
      return;
    }
    this.#screens.show({
      title: 'This site has a new identity',
      text: `"${this.#siteName}" is served with another key than when you were here before. That is normal if its owner moved it or the name has a new owner. If neither was said to you, somebody may be posing as the site.\nContinuing forgets everything the old site has stored in this browser.`,
      details: [
        ['Key you know', await keyFingerprint(keys.known)],
        ['Key shown now', await keyFingerprint(keys.shown)],
      ],
      onRetry: this.#retry,
      // In somebody else's frame a click might be meant for something else.
      ...(window.parent === window ? { accept: this.#acceptKey(keys.shown) } : {}),
    });
  }
}

function withoutHash(url: string): string {
  return url.split('#', 1)[0] ?? '';
}
