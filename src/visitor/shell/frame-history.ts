/**
 * Back, forward and reload as if the site stood alone.
 *
 * Chromium keeps the frame's own entries through a reload, so there the browser does it all. In Firefox they
 * are dead after one: Back then does nothing (docs/decisions/0001). There each step of the frame becomes an
 * entry of the shell's page, and going back sends the frame to its address.
 *
 * In both, a reload opens the page in the frame anew, as a first visit would. What the browser keeps of a page
 * at the top (`history.state`, where it was scrolled) is therefore kept in the shell's entry.
 */
import type { PageTools } from '../bridge/page-tools.ts';
import { type EntryState, readEntryState } from './entry-state.ts';

const ownsEntries = /\bFirefox\//.test(navigator.userAgent);

/** What the history needs of the frame. */
export interface FrameAccess {
  /** The frame's window, while it shows a page of this origin that can be looked into. */
  page(): Window | undefined;
  /** Shows an address in the frame without adding to the history. */
  open(url: string): void;
}

export class FrameHistory {
  readonly #frame: FrameAccess;
  /** Documents in the middle of a pushState, whose `navigate` event cannot be told from a link's. */
  readonly #pushing = new WeakSet<Document>();
  /** What is to be given back to the page that the frame shows next. */
  #kept: EntryState | undefined;
  /**
   * Where a link leads to whose page has not come yet. It gets its entry when the old page goes: the answer
   * may be a download, or none at all.
   */
  #pending: string | undefined;

  constructor(frame: FrameAccess) {
    this.#frame = frame;
    this.#kept = wasLeft() ? readEntryState(history.state) : undefined;
    if (ownsEntries) window.addEventListener('popstate', () => this.#followEntry());
    // Chromium takes no more notes in `pagehide`; Firefox on phones may leave `beforeunload` out.
    for (const event of ['beforeunload', 'pagehide']) {
      window.addEventListener(event, () => this.#keep());
    }
  }

  /** Shows the frame's address as the page's own. */
  mirror(page: Window): void {
    const { href } = page.location;
    const { state } = page.history;
    const known = readEntryState(history.state);
    if (href === location.href && known && (known.state ?? null) === state) return;
    history.replaceState(entry(state), '', href);
  }

  /**
   * Gives a new document what was kept of it.
   * @returns what had led to it, if that was kept
   */
  restore(page: Window): string | undefined {
    const kept = this.#kept;
    if (!kept || page.location.href !== location.href) return undefined;
    if (page.history.state === null) page.history.replaceState(kept.state ?? null, '');
    return kept.referrer;
  }

  /** Takes care of a document's navigations. */
  watch(page: Window, tools: PageTools, signal: AbortSignal): void {
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
    const own = (event: Event) => this.#own(page, tools, event as NavigateEvent);
    tools.listen(page.navigation, 'navigate', own, signal);
    tools.listen(page, 'pagehide', () => this.#settle(), signal);
  }

  /** Scrolls to where the page was left; the browser does that only for entries of its own. */
  restoreScroll(page: Window): void {
    const scroll = this.#kept?.scroll;
    this.#kept = undefined;
    if (scroll && page.history.scrollRestoration === 'auto') page.scrollTo(...scroll);
  }

  #own(page: Window, tools: PageTools, event: NavigateEvent): void {
    const target = new URL(event.destination.url);
    if (event.navigationType === 'replace' && target.href === this.#pending) return;
    // Whatever was on its way is given up for this.
    this.#pending = undefined;
    const isLink =
      event.navigationType === 'push' &&
      event.cancelable &&
      !event.hashChange &&
      !event.formData &&
      event.downloadRequest === null &&
      !this.#pushing.has(page.document);
    if (!isLink || event.defaultPrevented || target.origin !== location.origin) return;
    // A blob's address has its page's origin, and Firefox saves it by going there.
    if (target.protocol === 'blob:') return;
    event.preventDefault();
    this.#keep();
    this.#pending = target.href;
    tools.replace(target.href);
  }

  /**
   * A page comes for the link. Its entry is made before the frame has it: one made later would be mixed up by
   * Firefox when that page leads on at once.
   */
  #settle(): void {
    if (this.#pending !== undefined) history.pushState(entry(null), '', this.#pending);
    this.#pending = undefined;
  }

  /** Notes in the present entry what the page will want back. */
  #keep(): void {
    const page = this.#frame.page();
    // What was kept for a page that never came is still to be given.
    if (!page || this.#kept || page.location.href !== location.href) return;
    const scroll = [page.scrollX, page.scrollY] as const;
    const { referrer } = page.document;
    history.replaceState({ ...entry(page.history.state), scroll, referrer }, '', location.href);
  }

  /** The browser went to another entry of the shell's; entries of the frame's own it has followed by itself. */
  #followEntry(): void {
    setTimeout(() => {
      const page = this.#frame.page();
      if (page?.location.href === location.href) return;
      this.#pending = undefined;
      this.#kept = readEntryState(history.state);
      this.#frame.open(location.href);
    });
  }
}

/** What had led to the page that this load of the shell shows again; undefined for a new one. */
export function keptReferrer(): string | undefined {
  return wasLeft() ? readEntryState(history.state)?.referrer : undefined;
}

function entry(state: unknown): EntryState {
  return { peerserver: true, ...(state === null ? {} : { state }) };
}

/** True if this page was here before: after a reload, or on the way back from elsewhere. */
function wasLeft(): boolean {
  const [load] = performance.getEntriesByType('navigation');
  if (!(load instanceof PerformanceNavigationTiming)) return false;
  return load.type === 'reload' || load.type === 'back_forward';
}
