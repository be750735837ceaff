import type { Screens } from './screens.ts';
import { registerServiceWorker } from './service-worker.ts';
import type { SiteFrame } from './site-frame.ts';

/** How often the tab reloads itself for a page that came past the service worker before it gives up. */
const MAX_RELOADS = 3;
/** How often frames within the page are loaded again for it, in the life of a shell. */
const MAX_NESTED_RETRIES = 5;
/** In sessionStorage, since it has to outlive the reloads. */
const RELOADS = 'peerserver-bypass-reloads';

/**
 * Brings pages back that were loaded past the service worker: the signaling server answered, with a shell. A
 * service worker that was stopped in the wrong moment or has been removed does that once, and one that is
 * switched off in the developer tools always.
 */
export class BypassGuard {
  readonly #frame: SiteFrame;
  readonly #screens: Screens;
  #frameRetried = false;
  #nestedRetries = 0;

  constructor(frame: SiteFrame, screens: Screens) {
    this.#frame = frame;
    this.#screens = screens;
  }

  /** The site shows: whatever there was is over. */
  passed(): void {
    this.#frameRetried = false;
    sessionStorage.removeItem(RELOADS);
  }

  /** @param page a window of the site that shows a shell instead */
  async bypassed(page: Window): Promise<void> {
    if (!this.#frame.isMain(page)) {
      this.#nestedRetries += 1;
      if (this.#nestedRetries <= MAX_NESTED_RETRIES) page.location.reload();
      return;
    }
    this.#frame.disregard(page);
    if (!this.#frameRetried) {
      this.#frameRetried = true;
      await registerServiceWorker();
      this.#frame.open(page.location.href);
      return;
    }
    const reloads = Number(sessionStorage.getItem(RELOADS) ?? '0') + 1;
    sessionStorage.setItem(RELOADS, String(reloads));
    if (reloads <= MAX_RELOADS) {
      location.reload();
      return;
    }
    sessionStorage.removeItem(RELOADS);
    this.#screens.show({
      title: 'The site cannot be shown',
      text: 'The service worker that fetches the site from its host is switched off. If the developer tools are open, untick "Bypass for network" there, then reload.',
      onRetry: () => location.reload(),
    });
  }
}
