import type { PageTools } from '../bridge/page-tools.ts';
import { askServiceWorker } from './ask-service-worker.ts';

/** A page is there sooner, mostly; only then is the service worker asked what keeps it. */
const CHECK_EVERY_MS = 1_500;
/** How often a navigation is begun anew before the browser's own state is left as it is. */
const MAX_RETRIES = 5;

/** The navigation under way. */
interface Current extends AbortController {
  /** The old page has gone, but nothing of the new one has come. */
  hasLeft?: boolean;
}

/**
 * Begins a navigation of the frame anew when the service worker that was asked for it is no more: Chromium lets
 * it wait for good then, with the old page, or with none when the answer had begun.
 */
export class NavigationWatch {
  #current: Current | undefined;
  #retries = 0;
  #mayRepeat = true;

  /** False if the last navigation sent something that must not be sent twice. */
  get mayRepeat(): boolean {
    return this.#mayRepeat;
  }

  /** A page has come. */
  arrived(): void {
    this.#current?.abort();
    this.#retries = 0;
  }

  /** Watches where a page leads. @param signal aborts when the page is gone */
  watch(page: Window, tools: PageTools, signal: AbortSignal): void {
    if (!page.navigation) return;
    const follow = (event: Event) => this.#follow(page, event as NavigateEvent);
    tools.listen(page.navigation, 'navigate', follow, signal);
    const left = () => {
      if (this.#current) this.#current.hasLeft = true;
    };
    tools.listen(page, 'pagehide', left, signal);
  }

  #follow(page: Window, event: NavigateEvent): void {
    const { navigationType: type, destination, formData, downloadRequest } = event;
    if (destination.sameDocument || event.hashChange || downloadRequest !== null) return;
    this.#current?.abort();
    this.#mayRepeat = !formData;
    const isOwn = new URL(destination.url).origin === location.origin;
    // What was sent is not sent twice, and a way back is the browser's.
    if (!isOwn || formData || event.defaultPrevented || type === 'traverse') return;
    const current: Current = new AbortController();
    this.#current = current;
    // Stopped by a person, or replaced by another one.
    event.signal.addEventListener('abort', () => {
      if (!current.hasLeft) current.abort();
    });
    const again = () => {
      if (current.hasLeft) page.location.replace(destination.url);
      else if (type === 'reload') page.location.reload();
      else if (type === 'replace') page.location.replace(destination.url);
      else page.location.assign(destination.url);
    };
    void this.#check(destination.url, again, current);
  }

  async #check(url: string, again: () => void, current: Current): Promise<void> {
    const { signal } = current;
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, CHECK_EVERY_MS));
      if (signal.aborted) return;
      const state = await navigationState(url);
      if (signal.aborted) return;
      // With a download, or nothing to show; or the page is to come any moment.
      if (state === 'answered' && !current.hasLeft) return;
      if (state !== 'unknown') continue;
      if (this.#retries >= MAX_RETRIES) return;
      this.#retries += 1;
      again();
      // A page that is still there tells of its next navigation, which is then watched by itself.
      if (!current.hasLeft) return;
    }
  }
}

/** What the service worker knows of a navigation; undefined when it says nothing. */
export async function navigationState(url: string): Promise<unknown> {
  const registration = await navigator.serviceWorker.getRegistration('/');
  return askServiceWorker(registration?.active, { kind: 'peerserver-navigation-state', url });
}
