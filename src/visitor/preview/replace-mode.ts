import { OWN_PREFIX } from '../../address/address.ts';
import type { PageTools } from '../bridge/page-tools.ts';
import { tagUrl, withoutTag } from '../bridge/request-tag.ts';

/**
 * Keeps a page's navigations out of the history, which is the studio's here: Back there must leave the studio
 * and not turn the preview's pages (docs/decisions/0004). What leads to other sites, or asks for the whole tab,
 * gets a tab of its own or stays in the frame.
 * @param signal aborts when the page is gone
 * @param onFailed told when a form could not be sent; the text is for a person
 */
export function keepInPlace(
  page: Window,
  tools: PageTools,
  signal: AbortSignal,
  onFailed: (message: string) => void,
): void {
  // The answer to a form came at an address with its token.
  const { href } = page.location;
  if (withoutTag(href) !== href) {
    page.history.replaceState(page.history.state, '', withoutTag(href));
  }
  page.history.pushState = page.history.replaceState;
  const follow = (event: Event) => navigate(page, tools, event as NavigateEvent);
  if (page.navigation) tools.listen(page.navigation, 'navigate', follow, signal);
  tools.listen(page, 'click', (event) => stay(event), signal);
  const submitted = (event: Event) => submit(page, tools, event as SubmitEvent, onFailed);
  tools.listen(page, 'submit', submitted, signal);
}

function navigate(page: Window, tools: PageTools, event: NavigateEvent): void {
  const { navigationType: type, destination, cancelable, formData, downloadRequest } = event;
  if ((type !== 'push' && type !== 'replace') || !cancelable || event.defaultPrevented) return;
  if (formData || downloadRequest !== null) return;
  const { protocol, origin } = new URL(destination.url);
  if (protocol !== 'http:' && protocol !== 'https:') return;
  if (origin !== page.location.origin) {
    event.preventDefault();
    window.open(destination.url, '_blank', 'noopener');
    return;
  }
  if (type === 'replace') return;
  event.preventDefault();
  tools.replace(destination.url);
}

/** The tab belongs to the studio: links that want it get the frame. */
function stay(event: Event): void {
  const link = event.composedPath().find((node) => 'href' in node && 'target' in node);
  // Of the frame's own realm, so not an instance of this page's classes.
  const anchor = link as HTMLAnchorElement | undefined;
  if (anchor && /^_(top|parent)$/i.test(anchor.target)) anchor.target = '_self';
}

/**
 * Sends a form without an entry in the history, which a browser makes of every POST: the service worker puts the
 * form aside, and the frame is sent to where it collects the answer.
 */
function submit(
  page: Window,
  tools: PageTools,
  event: SubmitEvent,
  onFailed: (message: string) => void,
): void {
  const form = event.target as HTMLFormElement;
  const button = event.submitter as HTMLButtonElement | null;
  const own = (name: 'formaction' | 'formtarget' | 'formmethod' | 'formenctype') =>
    button?.getAttribute(name) ?? form.getAttribute(name.slice(4));
  const target = own('formtarget') ?? '';
  if (/^_(top|parent)$/i.test(target)) form.target = '_self';
  else if (target !== '' && !/^_self$/i.test(target)) return;
  const enctype = own('formenctype')?.toLowerCase() ?? '';
  const isPost = own('formmethod')?.toLowerCase() === 'post';
  if (event.defaultPrevented || !isPost || enctype === 'text/plain') return;
  const action = own('formaction');
  // Without an action a form goes to the page itself, whatever its <base> says.
  const url = action ? new URL(action, page.document.baseURI) : new URL(page.location.href);
  if (url.origin !== page.location.origin || url.pathname.startsWith(OWN_PREFIX)) return;
  event.preventDefault();
  const { FormData: PageFormData } = page as Window & typeof globalThis;
  const data = new PageFormData(form, button);
  const body = enctype === 'multipart/form-data' ? data : asText(data);
  send(page, tools, url, body).catch((error: Error) =>
    onFailed(`The form was not sent: ${error.message}`),
  );
}

/**
 * Sent by the shell, since a page's own `fetch` may be anything.
 * @throws Error when the form could not be put aside
 */
async function send(
  page: Window,
  tools: PageTools,
  url: URL,
  body: FormData | URLSearchParams,
): Promise<void> {
  const put = await fetch(tagUrl(url, { aside: true }), { method: 'POST', body });
  const text = await put.text();
  if (!put.ok) throw new Error(text.trim());
  const address = tagUrl(url, { form: text });
  const { pathname, search } = page.location;
  if (url.pathname !== pathname || url.search !== search) {
    tools.replace(address);
    return;
  }
  // To its own address: a page is not loaded anew for what stands behind the hash alone.
  page.history.replaceState(page.history.state, '', address);
  page.location.reload();
}

/** As browsers write forms without files: of a file its name. */
function asText(data: FormData): URLSearchParams {
  const text = new URLSearchParams();
  for (const [name, value] of data)
    text.append(name, typeof value === 'string' ? value : value.name);
  return text;
}
