import { FAILURE_MARK } from '../bridge/failure-mark.ts';
import type { ConnectionState } from '../connection-worker/messages.ts';

/**
 * Loads pages again, once for each connection, that failed since there was none: the site's page, and frames
 * within it.
 */
export class FailedPages {
  readonly #frame: HTMLIFrameElement;
  #connected = false;
  /** This connection has brought back a page already that failed while it was being made. */
  #used = false;

  /** @param frame that shows the site */
  constructor(frame: HTMLIFrameElement) {
    this.#frame = frame;
    // A request can fail at the very moment at which the connection comes.
    frame.addEventListener('load', () => {
      if (this.#connected && !this.#used) this.#used = this.#bringBack();
    });
  }

  /** Follows the connection's state. */
  follow({ kind }: ConnectionState): void {
    if (kind === 'connected' && !this.#connected) this.#used = this.#bringBack();
    this.#connected = kind === 'connected';
  }

  /** True if there was one. */
  #bringBack(): boolean {
    const page = this.#frame.contentWindow;
    return page !== null && reloadFailed(page);
  }
}

function reloadFailed(page: Window): boolean {
  const document = documentOf(page);
  if (!document) return false;
  if (document.querySelector(`meta[name="${FAILURE_MARK}"]`)) {
    page.location.reload();
    return true;
  }
  let any = false;
  for (let index = 0; index < page.length; index += 1) {
    const inner = page[index];
    if (inner && reloadFailed(inner)) any = true;
  }
  return any;
}

/** Undefined for another origin's. */
function documentOf(page: Window): Document | undefined {
  try {
    return page.document;
  } catch {
    return undefined;
  }
}
