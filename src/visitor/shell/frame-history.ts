/**
 * Back, forward and reload as if the site stood alone.
 *
 * Chromium keeps the frame's own entries through a reload, so there the browser does it all. In Firefox they
 * are dead after one: Back then does nothing (docs/decisions/0001). There each step of the frame becomes an
 * entry of the shell's page, and going back sends the frame to its address.
 */

interface EntryState {
  /** Marks the entries that the shell has made or adopted. */
  readonly peerserver: true;
  /** Where the page was scrolled when it was left, in CSS pixels. */
  readonly scroll?: readonly [x: number, y: number];
}

const ownsEntries = /\bFirefox\//.test(navigator.userAgent);

export class FrameHistory {
  readonly #page: () => Window | undefined;
  /** Documents in the middle of a pushState, whose `navigate` event cannot be told from a link's. */
  readonly #pushing = new WeakSet<Document>();

  /** @param page the frame's window, while it shows this origin */
  constructor(page: () => Window | undefined) {
    this.#page = page;
    if (ownsEntries) window.addEventListener('popstate', () => this.#followEntry());
  }

  /** Shows the frame's address as the page's own. */
  mirror(page: Window): void {
    const { href } = page.location;
    if (href !== location.href || readState() === undefined) {
      history.replaceState({ ...readState(), ...entry() }, '', href);
    }
  }

  /** Takes care of a new document's navigations. */
  adopt(page: Window, signal: AbortSignal): void {
    if (!ownsEntries || !page.navigation) return;
    const pushing = this.#pushing;
    const { document, history: frameHistory } = page;
    const pushState = frameHistory.pushState.bind(frameHistory);
    frameHistory.pushState = (...args) => {
      pushing.add(document);
      try {
        pushState(...args);
      } finally {
        pushing.delete(document);
      }
    };
    page.navigation.addEventListener('navigate', (event) => this.#own(page, event), { signal });
  }

  /** Scrolls to where the entry was left; the browser does that only for entries of its own. */
  restoreScroll(page: Window): void {
    const scroll = readState()?.scroll;
    if (ownsEntries && scroll) page.scrollTo(...scroll);
  }

  #own(page: Window, event: NavigateEvent): void {
    const isLink =
      event.navigationType === 'push' &&
      event.cancelable &&
      !event.hashChange &&
      !event.formData &&
      event.downloadRequest === null &&
      !this.#pushing.has(page.document);
    const target = new URL(event.destination.url);
    if (!isLink || event.defaultPrevented || target.origin !== location.origin) return;
    event.preventDefault();
    const scroll = [page.scrollX, page.scrollY] as const;
    history.replaceState({ ...entry(), scroll }, '', location.href);
    history.pushState(entry(), '', target.href);
    page.location.replace(target.href);
  }

  /** The browser went to another entry of ours; entries of the frame's own it has followed by itself. */
  #followEntry(): void {
    setTimeout(() => {
      const page = this.#page();
      if (page && page.location.href !== location.href) page.location.replace(location.href);
    });
  }
}

function entry(): EntryState {
  return { peerserver: true };
}

function readState(): EntryState | undefined {
  const state: unknown = history.state;
  const isOurs = typeof state === 'object' && state !== null && 'peerserver' in state;
  return isOurs ? (state as EntryState) : undefined;
}
