import type { PlainError } from '../connection-worker/messages.ts';
import { APPEARS_BY_ITSELF, FAILURE_TEXTS } from '../failure-texts.ts';

/** The pages that the shell shows instead of the site, and the banner over it. */

interface Elements {
  /** The frame with the site, under the screen. */
  readonly site: HTMLElement;
  readonly screen: HTMLElement;
  readonly title: HTMLElement;
  readonly text: HTMLElement;
  readonly details: HTMLElement;
  readonly retry: HTMLButtonElement;
  readonly accept: HTMLButtonElement;
  readonly progress: HTMLElement;
  readonly banner: HTMLElement;
}

export interface Screen {
  readonly title: string;
  readonly text: string;
  /** Named values to compare, e.g. key fingerprints. */
  readonly details?: readonly (readonly [name: string, value: string])[];
  /** Shows the button "Try again". */
  readonly onRetry?: () => void;
  /** It is there until the connection is, which takes a moment mostly. */
  readonly brief?: true;
  /** A second, less prominent button. */
  readonly accept?: { readonly label: string; readonly action: () => void };
}

export interface ScreensOptions {
  /** False in the studio, where the focus belongs to the editor. */
  readonly takesFocus: boolean;
  /** Called when one is shown that does not go by itself in a moment. */
  readonly onShow?: () => void;
}

export class Screens {
  readonly #elements: Elements;
  readonly #takesFocus: boolean;
  readonly #onShow: () => void;

  constructor(document: Document, { takesFocus, onShow = () => {} }: ScreensOptions) {
    this.#takesFocus = takesFocus;
    this.#onShow = onShow;
    const find = (id: string): HTMLElement => {
      const element = document.getElementById(id);
      if (!element) throw new Error(`The shell's page has no element "${id}".`);
      return element;
    };
    this.#elements = {
      site: find('site'),
      screen: find('screen'),
      title: find('screen-title'),
      text: find('screen-text'),
      details: find('screen-details'),
      retry: find('screen-retry') as HTMLButtonElement,
      accept: find('screen-accept') as HTMLButtonElement,
      progress: find('screen-progress'),
      banner: find('banner'),
    };
  }

  show(screen: Screen): void {
    const { title, text, details, retry, accept } = this.#elements;
    title.textContent = screen.title;
    text.textContent = screen.text;
    details.hidden = screen.details === undefined;
    details.replaceChildren(
      ...(screen.details ?? []).flatMap(([name, value]) => [
        element('dt', name),
        element('dd', value),
      ]),
    );
    retry.hidden = screen.onRetry === undefined;
    retry.onclick = screen.onRetry ?? null;
    accept.hidden = screen.accept === undefined;
    accept.textContent = screen.accept?.label ?? '';
    accept.onclick = screen.accept?.action ?? null;
    document.title = screen.title;
    const isNew = this.#elements.screen.hidden;
    this.#elements.screen.hidden = false;
    // What the screen covers is nobody's to operate or to read.
    this.#elements.site.inert = true;
    // So that it is read out, and goes on from here by key. Its later changes are said by live regions.
    const isLost = [retry, accept].some((one) => one.hidden && one === document.activeElement);
    if (this.#takesFocus && (isNew || isLost)) title.focus();
    if (!screen.brief) this.#onShow();
  }

  showFailure(error: PlainError, onRetry: () => void): void {
    const known = FAILURE_TEXTS[error.code];
    const { title, text } = known ?? { title: 'Something went wrong', text: error.message };
    this.show({ title, text: known?.comesBack ? `${text} ${APPEARS_BY_ITSELF}` : text, onRetry });
  }

  /** For what should not happen; the error is in the console, too. */
  showBroken(error: Error): void {
    this.show({
      title: 'The site cannot be shown',
      text: `Something in this browser failed: ${error.message}`,
      onRetry: () => location.reload(),
    });
    console.error('PeerServer:', error);
  }

  /** For a page of the site, or one within it, of which only a part has come. */
  showCut(page: Window): void {
    this.show({
      title: 'This page did not come whole',
      text: 'Your browser stopped what was fetching it, so its end is missing.',
      onRetry: () => page.location.reload(),
      accept: {
        label: 'Show what has come',
        action: () => {
          this.hide();
          page.focus();
        },
      },
    });
  }

  /** What is going on, under whatever screen is shown; moves the picture while something is tried. */
  progress(text: string): void {
    this.#elements.progress.textContent = text;
    this.#elements.screen.classList.toggle('trying', text !== '');
  }

  /** Shows the site. No focus is left behind on the screen: whether the site's page gets it is not decided here. */
  hide(): void {
    const { screen, site } = this.#elements;
    const { activeElement } = document;
    // The browser itself takes it away from what is hidden, but only when it draws the next time.
    if (screen.contains(activeElement)) (activeElement as HTMLElement).blur();
    screen.hidden = true;
    site.inert = false;
  }

  banner(text: string | null): void {
    this.#elements.banner.hidden = text === null;
    this.#elements.banner.textContent = text ?? '';
  }
}

function element(name: string, text: string): HTMLElement {
  const created = document.createElement(name);
  created.textContent = text;
  return created;
}
