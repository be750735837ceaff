/**
 * Prints the site rather than the shell around it: of a frame, browsers print what its window shows.
 */
import type { PageTools } from '../bridge/page-tools.ts';

/** Width of a sheet between its margins, in CSS pixels: what the page is laid out for to see how long it gets. */
const SHEET_WIDTH = 718;

/** Ctrl+P and Cmd+P print the page itself, unless its own scripts do something with them. */
export function printByKey(page: Window, tools: PageTools, signal: AbortSignal): void {
  tools.listen(page, 'keydown', (event) => print(page, event as KeyboardEvent), signal);
}

function print(page: Window, event: KeyboardEvent): void {
  const { key, ctrlKey, metaKey, altKey, shiftKey } = event;
  if (event.defaultPrevented || altKey || shiftKey || ctrlKey === metaKey) return;
  if (key.toLowerCase() !== 'p') return;
  event.preventDefault();
  page.print();
}

/**
 * The browser's own Print command prints the shell: its frame becomes as long as the site's page is.
 * @param page gives the window of the site's page, or undefined while there is none
 */
export function printWhole(frame: HTMLIFrameElement, page: () => Window | undefined): void {
  window.addEventListener('beforeprint', () => {
    const site = page()?.document;
    if (!site?.documentElement) return;
    document.documentElement.classList.add('printing');
    frame.style.width = `${SHEET_WIDTH}px`;
    // In quirks mode the body has the page's length.
    const lengths = [site.documentElement, site.body].map((element) => element?.scrollHeight ?? 0);
    frame.style.width = '';
    frame.style.height = `${Math.max(...lengths)}px`;
  });
  window.addEventListener('afterprint', () => {
    document.documentElement.classList.remove('printing');
    frame.style.height = '';
  });
}
