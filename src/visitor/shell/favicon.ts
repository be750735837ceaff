/**
 * The site's icon in the browser's tab. Browsers fetch icons past the service worker, so the shell asks the
 * host for it and sets it as a data URL.
 */
import { headerValue } from '../../protocol/http-message.ts';
import type { BridgeClient } from '../bridge/bridge-client.ts';

/** Larger icons are left out: a tab shows 32 pixels. */
const MAX_ICON_BYTES = 256 * 1024;
/** An icon that shows nothing, where the site has none. */
const NO_ICON = 'data:,';

export class IconLoader {
  readonly #bridge: () => BridgeClient;
  #shown = NO_ICON;

  /** @param bridge way to the host; by it rather than fetch(), so that a missing icon is no console error */
  constructor(bridge: () => BridgeClient) {
    this.#bridge = bridge;
  }

  /** Shows the icon of `page` once it has loaded. */
  watch(page: Window, signal: AbortSignal): void {
    const update = () => {
      const address = iconAddress(page);
      if (address === this.#shown) return;
      this.#shown = address;
      this.#load(address).then(
        (data) => {
          if (!signal.aborted) showIcon(data);
        },
        () => {
          // Every failure here means the same to a person: the tab has no picture.
          if (!signal.aborted) showIcon(NO_ICON);
        },
      );
    };
    if (page.document.readyState === 'complete') update();
    else page.addEventListener('load', update, { signal });
  }

  async #load(address: string): Promise<string> {
    const url = new URL(address);
    if (url.protocol === 'data:') return address;
    if (url.origin !== location.origin) return NO_ICON;
    const head = { method: 'GET', target: url.pathname + url.search, headers: [] };
    const { status, headers, body } = await this.#bridge().request(head, { kind: 'none' });
    const type = headerValue(headers, 'content-type') ?? '';
    if (status !== 200 || body === null || !type.startsWith('image/')) return NO_ICON;
    const blob = await new Response(body, { headers: { 'content-type': type } }).blob();
    return blob.size > MAX_ICON_BYTES ? NO_ICON : dataUrlOf(blob);
  }
}

/** The address of the last icon link, else the customary one. */
function iconAddress(page: Window): string {
  const links = page.document.querySelectorAll<HTMLLinkElement>('link[rel~="icon"]');
  const last = links[links.length - 1];
  return last?.href || new URL('/favicon.ico', page.location.href).href;
}

function showIcon(href: string): void {
  const link = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
  if (link) link.href = href;
}

function dataUrlOf(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}
