import type { PageTools } from '../bridge/page-tools.ts';
import { askServiceWorker } from './ask-service-worker.ts';

/** A page is there sooner, mostly; only then is the service worker asked what keeps it. */
const CHECK_EVERY_MS = 1_500;
/** How often a navigation is begun anew before the browser's own state is left as it is. */
const MAX_RETRIES = 5;

/**
 * Begins a navigation of the frame anew when the service worker that was asked for it is no more: Chromium lets
 * it wait for good then.
 */
export class NavigationWatch {
  #current: AbortController | undefined;
  #retries = 0;

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
    tools.listen(page, 'pagehide', () => this.#current?.abort(), signal);
  }

  #follow(page: Window, event: NavigateEvent): void {
    const { navigationType: type, destination, formData, downloadRequest } = event;
    if (destination.sameDocument || event.hashChange || downloadRequest !== null) return;
    this.#current?.abort();
    const isOwn = new URL(destination.url).origin === location.origin;
    // What was sent is not sent twice, and a way back is the browser's.
    if (!isOwn || formData || event.defaultPrevented || type === 'traverse') return;
    const current = new AbortController();
    this.#current = current;
    // Stopped by a person, or replaced by another one.
    event.signal.addEventListener('abort', () => current.abort());
    const again = () => {
      if (type === 'reload') page.location.reload();
      else if (type === 'replace') page.location.replace(destination.url);
      else page.location.assign(destination.url);
    };
    void this.#check(destination.url, again, current.signal);
  }

  async #check(url: string, again: () => void, signal: AbortSignal): Promise<void> {
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, CHECK_EVERY_MS));
      if (signal.aborted) return;
      const state = await stateOf(url);
      if (signal.aborted || state === 'answered') return;
      if (state === 'unknown' && this.#retries < MAX_RETRIES) {
        this.#retries += 1;
        again();
        return;
      }
    }
  }
}

/** What the service worker knows of a navigation; undefined when it says nothing. */
async function stateOf(url: string): Promise<unknown> {
  const registration = await navigator.serviceWorker.getRegistration('/');
  return askServiceWorker(registration?.active, { kind: 'peerserver-navigation-state', url });
}
