import { type PageTools, pageTools } from '../bridge/page-tools.ts';
import { withoutTag } from '../bridge/request-tag.ts';
import type { IconLoader } from './favicon.ts';
import { postFormToken } from './form-answer.ts';
import { FrameHistory } from './frame-history.ts';
import { leaveForOtherOrigins } from './leaving.ts';
import { mirrorHead } from './mirrored-head.ts';
import { NavigationWatch } from './navigation-watch.ts';
import { followNavigation, watchHead } from './page-changes.ts';
import { printByKey, printWhole } from './printing.ts';
import { forwardMessages, standAlone } from './standing-alone.ts';
import { keepTopInFrame } from './top-navigation.ts';

/** Who leads the frame's pages instead of the shell, which then is not at the top (docs/decisions/0004). */
export interface PageKeeper {
  /** Takes care of where a page leads. @param signal aborts when the page is gone */
  watch(page: Window, tools: PageTools, signal: AbortSignal): void;
  /** The page, its address or its title has changed. */
  followed(page: Window): void;
}

/**
 * The frame that shows the site, and the pretence that there is none: address bar, title, icon and focus
 * follow what happens in it; what leads to another origin leaves it (docs/decisions/0001).
 */
export class SiteFrame {
  readonly #frame: HTMLIFrameElement;
  readonly #icons: IconLoader;
  readonly #onShown: () => void;
  readonly #onEmpty: (page: Window, mayRepeat: boolean) => void;
  readonly #keeper: PageKeeper | undefined;
  readonly #adopted = new WeakSet<object>();
  readonly #disregarded = new WeakSet<object>();
  readonly #history: FrameHistory;
  readonly #navigations = new NavigationWatch();
  #stopWatching = new AbortController();

  /** What led to the shell led to the first page that it shows. */
  #firstReferrer: string | undefined = document.referrer;

  /**
   * @param onShown called when a page of the site begins to show
   * @param onEmpty called when nothing at all has come of one; `mayRepeat`: whether it may be asked for again
   */
  constructor(
    frame: HTMLIFrameElement,
    icons: IconLoader,
    onShown: () => void,
    onEmpty: (page: Window, mayRepeat: boolean) => void,
    keeper?: PageKeeper,
  ) {
    this.#onEmpty = onEmpty;
    this.#keeper = keeper;
    this.#frame = frame;
    this.#icons = icons;
    this.#onShown = onShown;
    const page = () => this.#page();
    this.#history = new FrameHistory({ page, open: (url) => this.open(url) });
    forwardMessages(page);
    printWhole(frame, page);
    keepTopInFrame(page);
    frame.addEventListener('load', () => this.#loaded());
  }

  /** True while the frame shows nothing of the site, neither by us nor restored by the browser. */
  get isBlank(): boolean {
    const page = this.#page();
    return page !== undefined && isBlank(page);
  }

  /** True if `page` is the window that shows the site's main page. */
  isMain(page: Window): boolean {
    return page === this.#frame.contentWindow;
  }

  /** Shows an address of this origin without adding to the history. */
  open(url: string): void {
    // It is not the shell that has led there.
    withoutReferrer(() => {
      // Setting `src` instead would lose the frame's history on a reload.
      this.#frame.contentWindow?.location.replace(withoutTag(url));
    });
  }

  /** Shows, at an address of this origin, the answer to a form that was put aside under this token. */
  openFormAnswer(url: string, token: string): void {
    const blank = this.#frame.contentDocument;
    if (!blank) return;
    const shown = () => {
      const page = this.#page();
      if (!page || isBlank(page)) return;
      this.#frame.removeEventListener('load', shown);
      // Makes the entry one of a GET: a reload would have to ask whether to send the token again.
      page.history.replaceState(page.history.state, '', page.location.href);
    };
    this.#frame.addEventListener('load', shown);
    withoutReferrer(() => postFormToken(blank, withoutTag(url), token));
  }

  /** Loads the page anew where it is scrolled to, as a person would; the first page if there is none. */
  reload(): void {
    const page = this.#page();
    if (page && !isBlank(page)) page.location.reload();
    else this.open(location.href);
  }

  /** The site's page, while there is one that can be looked into. */
  get page(): Window | undefined {
    const page = this.#page();
    return page && !isBlank(page) ? page : undefined;
  }

  /** Shows the site's page again after another screen, with its own address and title. */
  showAgain(): void {
    const page = this.#page();
    if (!page || isBlank(page) || this.#disregarded.has(page.document)) return;
    this.#onShown();
    this.#follow(page);
    this.#focus(page);
  }

  /** Ends the site's page; resolves when its last scripts have run. */
  leave(): Promise<void> {
    if (this.isBlank) return Promise.resolve();
    return new Promise((resolve) => {
      this.#frame.addEventListener('load', () => resolve(), { once: true });
      this.open('about:blank');
    });
  }

  /** What this window shows is none of the site's, although it came in its place. */
  disregard(page: Window): void {
    this.#disregarded.add(page.document);
    // Who disregards it brings the right one.
    this.#navigations.arrived();
  }

  /**
   * Takes a main document of the site into care, as early as it can be: called by the injected script before
   * the document's own scripts run, and at the latest when it has loaded (for documents that are not HTML).
   */
  adopt(page: Window, tools: PageTools): void {
    if (!this.isMain(page) || this.#adopted.has(page.document)) return;
    this.#adopted.add(page.document);
    this.#stopWatching.abort();
    this.#stopWatching = new AbortController();
    const { signal } = this.#stopWatching;
    this.#onShown();
    const referrer = this.#history.restore(page) ?? this.#firstReferrer;
    this.#firstReferrer = undefined;
    standAlone(page, referrer);
    this.#follow(page);
    followNavigation(page, tools, () => this.#follow(page), signal);
    if (this.#keeper) this.#keeper.watch(page, tools, signal);
    else {
      leaveForOtherOrigins(page, tools, signal);
      this.#history.watch(page, tools, signal);
    }
    this.#navigations.arrived();
    this.#navigations.watch(page, tools, signal);
    watchHead(page, tools, () => this.#showHead(page), signal);
    printByKey(page, tools, signal);
    // Elsewhere than at the top nobody sees an icon.
    if (!this.#keeper) this.#icons.watch(page, tools, signal);
    this.#focus(page);
  }

  /** Keys must reach the site as if it were alone on the page; in the studio they belong to the editor. */
  #focus(page: Window): void {
    if (!this.#keeper && document.activeElement === document.body) page.focus();
  }

  #loaded(): void {
    const page = this.#page();
    if (page && (isBlank(page) || this.#disregarded.has(page.document))) return;
    if (page) {
      const isEmpty = !this.#adopted.has(page.document) && isEmptyPage(page.document);
      this.adopt(page, pageTools(page));
      if (isEmpty) this.#onEmpty(page, this.#navigations.mayRepeat);
      this.#follow(page);
      this.#history.restoreScroll(page);
      return;
    }
    // Firefox shows PDFs with a page of its own, which nobody may look into.
    this.#stopWatching.abort();
    this.#navigations.arrived();
    this.#onShown();
    document.title = location.host + location.pathname;
  }

  #follow(page: Window): void {
    this.#history.mirror(page);
    this.#showHead(page);
  }

  #showHead(page: Window): void {
    mirrorHead(page);
    document.title = page.document.title || page.location.host + page.location.pathname;
    this.#keeper?.followed(page);
  }

  /** The frame's window while it shows this origin; another origin's is out of reach. */
  #page(): Window | undefined {
    const page = this.#frame.contentWindow;
    try {
      return page?.location.href === undefined ? undefined : page;
    } catch {
      return undefined;
    }
  }
}

/** What `navigate` begins names no page as the one that led there. */
function withoutReferrer(navigate: () => void): void {
  const meta = document.querySelector<HTMLMetaElement>('meta[name="referrer"]');
  if (meta) meta.content = 'no-referrer';
  navigate();
  if (meta) meta.content = 'strict-origin-when-cross-origin';
}

/** True if not even the injected script is there. */
function isEmptyPage({ contentType, doctype, head, body }: Document): boolean {
  if (contentType !== 'text/html' || doctype) return false;
  return !head?.hasChildNodes() && !body?.hasChildNodes();
}

function isBlank(page: Window): boolean {
  return page.location.href === 'about:blank';
}
