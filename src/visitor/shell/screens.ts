import type { ErrorCode } from '../../protocol/errors.ts';
import type { PlainError } from '../connection-worker/messages.ts';

/** The pages that the shell shows instead of the site, and the banner over it. */

interface Elements {
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
  /** A second, less prominent button. */
  readonly accept?: { readonly label: string; readonly action: () => void };
}

/** What a person is told about each way to fail, and what to do next. */
const TEXTS: Partial<Record<ErrorCode, readonly [title: string, text: string]>> = {
  'no-such-site': [
    'There is no site of this name',
    'Check the address for a slip. If somebody gave it to you, ask whether the name is still theirs.',
  ],
  'host-away': [
    'The host is asleep',
    "This site lives in somebody's browser tab, and that tab is closed or offline now. It appears here by itself as soon as the host is back.",
  ],
  'cannot-connect': [
    'No way to the host',
    'Your browser and the host found no path to each other. A strict firewall or a company network often is the reason; another network may work.',
  ],
  'stream-refused': [
    'The host is full',
    'It serves as many visitors as it can just now. Try again in a little while.',
  ],
  'signaling-failed': [
    'The introducing server does not answer',
    'It is needed for a moment, to introduce your browser to the host. Check your connection to the internet.',
  ],
  'version-mismatch': [
    'Two versions that do not fit',
    'The host runs a version of PeerServer that this page cannot speak with. Reload the page; if that does not help, the host has to reload its own.',
  ],
};

export class Screens {
  readonly #elements: Elements;

  constructor(document: Document) {
    const find = (id: string): HTMLElement => {
      const element = document.getElementById(id);
      if (!element) throw new Error(`The shell's page has no element "${id}".`);
      return element;
    };
    this.#elements = {
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
    this.#elements.screen.hidden = false;
    document.title = screen.title;
  }

  showFailure(error: PlainError, onRetry: () => void): void {
    const [title, text] = TEXTS[error.code] ?? ['Something went wrong', error.message];
    this.show({ title, text, onRetry });
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

  /** What is going on, under whatever screen is shown; moves the picture while something is tried. */
  progress(text: string): void {
    this.#elements.progress.textContent = text;
    this.#elements.screen.classList.toggle('trying', text !== '');
  }

  hide(): void {
    this.#elements.screen.hidden = true;
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
