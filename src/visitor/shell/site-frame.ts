import type { IconLoader } from './favicon.ts';
import { FrameHistory } from './frame-history.ts';

/**
 * The frame that shows the site, and the pretence that there is none: address bar, title, icon and focus
 * follow what happens in it; what leads to another origin leaves it (docs/decisions/0001).
 */
export class SiteFrame {
  readonly #frame: HTMLIFrameElement;
  readonly #icons: IconLoader;
  readonly #onShown: () => void;
  readonly #adopted = new WeakSet<object>();
  readonly #history: FrameHistory;
  #stopWatching = new AbortController();

  /** @param onShown called when a page of the site begins to show */
  constructor(frame: HTMLIFrameElement, icons: IconLoader, onShown: () => void) {
    this.#frame = frame;
    this.#icons = icons;
    this.#onShown = onShown;
    this.#history = new FrameHistory(() => this.#page());
    frame.addEventListener('load', () => {
      const page = this.#page();
      if (!page || isBlank(page)) return;
      this.adopt(page);
      this.#follow(page);
      this.#history.restoreScroll(page);
    });
  }

  /** True while the frame shows nothing of the site, neither by us nor restored by the browser. */
  get isBlank(): boolean {
    const page = this.#page();
    return page === undefined || isBlank(page);
  }

  /** Shows an address of this origin without adding to the history. */
  open(url: string): void {
    // Setting `src` instead would lose the frame's history on a reload.
    this.#frame.contentWindow?.location.replace(url);
  }

  /** Shows the site's page again after another screen, with its own address and title. */
  showAgain(): void {
    const page = this.#page();
    if (!page || isBlank(page)) return;
    this.#onShown();
    this.#follow(page);
  }

  /** Ends the site's page; resolves when its last scripts have run. */
  leave(): Promise<void> {
    if (this.isBlank) return Promise.resolve();
    return new Promise((resolve) => {
      this.#frame.addEventListener('load', () => resolve(), { once: true });
      this.open('about:blank');
    });
  }

  /**
   * Takes a document of the site into care, as early as it can be: called by the injected script before the
   * document's own scripts run, and at the latest when it has loaded (for documents that are not HTML).
   */
  adopt(page: Window): void {
    if (this.#adopted.has(page.document)) return;
    this.#adopted.add(page.document);
    this.#stopWatching.abort();
    this.#stopWatching = new AbortController();
    const { signal } = this.#stopWatching;
    this.#onShown();
    this.#follow(page);
    followNavigation(page, () => this.#follow(page), signal);
    leaveForOtherOrigins(page, signal);
    this.#history.adopt(page, signal);
    watchTitle(page, () => this.#showTitle(page), signal);
    this.#icons.watch(page, signal);
    // Keys must reach the site as if it were alone on the page.
    if (document.activeElement === document.body) page.focus();
  }

  #follow(page: Window): void {
    this.#history.mirror(page);
    this.#showTitle(page);
  }

  #showTitle(page: Window): void {
    document.title = page.document.title || page.location.host + page.location.pathname;
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

function isBlank(page: Window): boolean {
  return page.location.href === 'about:blank';
}

/** Hash changes, pushState and the like do not load anything; the Navigation API tells of them. */
function followNavigation(page: Window, changed: () => void, signal: AbortSignal): void {
  const { navigation, history: frameHistory } = page;
  if (navigation) {
    navigation.addEventListener('currententrychange', changed, { signal });
    return;
  }
  // Firefox before 147 and Safari before 26.2 have no Navigation API.
  page.addEventListener('hashchange', changed, { signal });
  page.addEventListener('popstate', changed, { signal });
  for (const method of ['pushState', 'replaceState'] as const) {
    const original = frameHistory[method].bind(frameHistory);
    frameHistory[method] = (...args) => {
      original(...args);
      changed();
    };
  }
}

/** A page of another origin belongs at the top: the shell's policy would not let the frame show it. */
function leaveForOtherOrigins(page: Window, signal: AbortSignal): void {
  page.navigation?.addEventListener(
    'navigate',
    (event) => {
      const { url } = event.destination;
      if (!isForeignPage(url) || !event.cancelable || event.formData) return;
      event.preventDefault();
      if (event.navigationType === 'replace') window.location.replace(url);
      else window.location.href = url;
    },
    { signal },
  );
  if (!page.navigation) {
    page.addEventListener('click', (event) => pointLinkAtTop(event), { signal });
  }
  // Forms keep their data only if the browser itself submits them, so they are pointed at the top.
  page.addEventListener(
    'submit',
    (event) => {
      const form = event.target as HTMLFormElement;
      const button = event.submitter as HTMLButtonElement | null;
      const action = button?.hasAttribute('formaction') ? button.formAction : form.action;
      const target = button?.formTarget || form.target;
      if (isForeignPage(action) && (target === '' || target === '_self')) form.target = '_top';
    },
    { signal },
  );
}

/** Without the Navigation API links are caught as they are clicked; what scripts do stays blocked. */
function pointLinkAtTop(event: MouseEvent): void {
  const link = event.composedPath().find((node) => 'href' in node && 'target' in node);
  // Of the frame's own realm, so not an instance of this page's classes.
  const anchor = link as HTMLAnchorElement | undefined;
  if (!anchor || event.defaultPrevented || !isForeignPage(anchor.href)) return;
  if (anchor.target === '' || anchor.target === '_self') anchor.target = '_top';
}

function isForeignPage(url: string): boolean {
  const { protocol, origin } = new URL(url, location.href);
  return (protocol === 'http:' || protocol === 'https:') && origin !== location.origin;
}

function watchTitle(page: Window, changed: () => void, signal: AbortSignal): void {
  const observer = new MutationObserver(changed);
  observer.observe(page.document, { childList: true, subtree: true, characterData: true });
  page.addEventListener(
    'load',
    () => {
      // While it loads, anything may bring the title; later only the head does.
      observer.disconnect();
      const { head } = page.document;
      if (head) observer.observe(head, { childList: true, subtree: true, characterData: true });
      changed();
    },
    { signal },
  );
  signal.addEventListener('abort', () => observer.disconnect());
}
