import type { PageTools } from '../bridge/page-tools.ts';

/** A page of another origin belongs at the top: the shell's policy would not let the frame show it. */
export function leaveForOtherOrigins(page: Window, tools: PageTools, signal: AbortSignal): void {
  if (page.navigation) {
    tools.listen(page.navigation, 'navigate', (event) => leave(event as NavigateEvent), signal);
  } else {
    tools.listen(page, 'click', (event) => pointLinkAtTop(event as MouseEvent), signal);
  }
  tools.listen(page, 'submit', (event) => pointFormAtTop(event as SubmitEvent), signal);
}

function leave(event: NavigateEvent): void {
  const { url } = event.destination;
  if (!isForeignPage(url) || !event.cancelable || event.formData) return;
  event.preventDefault();
  if (event.navigationType === 'replace') window.location.replace(url);
  else window.location.href = url;
}

/** Forms keep their data only if the browser itself submits them, so they are pointed at the top. */
function pointFormAtTop(event: SubmitEvent): void {
  const form = event.target as HTMLFormElement;
  const button = event.submitter as HTMLButtonElement | null;
  const action = button?.hasAttribute('formaction') ? button.formAction : form.action;
  const target = button?.formTarget || form.target;
  if (isForeignPage(action) && (target === '' || target === '_self')) form.target = '_top';
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
