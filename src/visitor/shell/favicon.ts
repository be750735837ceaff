/**
 * The site's icon in the browser's tab. Browsers fetch icons past the service worker, so the shell asks the
 * host for it and sets it as a data URL.
 */
import { headerValue } from '../../protocol/http-message.ts';
import type { BridgeClient } from '../bridge/bridge-client.ts';
import type { PageTools } from '../bridge/page-tools.ts';

/** Larger icons are left out: a tab shows 32 pixels. */
const MAX_ICON_BYTES = 256 * 1024;
/** An icon that shows nothing, where the site has none. */
const NO_ICON = 'data:,';

export class IconLoader {
  readonly #bridge: () => Promise<BridgeClient>;
  /** Address of the icon that the tab shows. */
  #shown = NO_ICON;

  /** @param bridge way to the host; by it rather than fetch(), so that a missing icon is no console error */
  constructor(bridge: () => Promise<BridgeClient>) {
    this.#bridge = bridge;
  }

  /** Shows the icon of `page` once it has loaded. */
  watch(page: Window, tools: PageTools, signal: AbortSignal): void {
    const update = async () => {
      const address = iconAddress(page);
      if (address === this.#shown) return;
      // Every failure means the same to a person: the tab has no picture.
      const data = await this.#load(address).catch(() => NO_ICON);
      if (signal.aborted) return;
      showIcon(data);
      this.#shown = address;
    };
    if (page.document.readyState === 'complete') void update();
    else tools.listen(page, 'load', () => void update(), signal);
  }

  async #load(address: string): Promise<string> {
    const url = new URL(address);
    if (url.protocol === 'data:') return address;
    if (url.origin !== location.origin) return NO_ICON;
    const head = { method: 'GET', target: url.pathname + url.search, headers: [] };
    const bridge = await this.#bridge();
    const { status, headers, body } = await bridge.request(head, { kind: 'none' });
    const type = headerValue(headers, 'content-type') ?? '';
    if (status !== 200 || body === null || !type.startsWith('image/')) {
      if (body instanceof ReadableStream) await body.cancel();
      return NO_ICON;
    }
    return dataUrlOf(new Blob(await readIcon(body), { type }));
  }
}

/** The icon's bytes. Throws when they are too many; the rest is not fetched then. */
async function readIcon(
  body: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array<ArrayBuffer>>,
): Promise<Uint8Array<ArrayBuffer>[]> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  for await (const piece of body instanceof Uint8Array ? [body] : body) {
    bytes += piece.length;
    if (bytes > MAX_ICON_BYTES) throw new Error('The icon is too large for a tab.');
    pieces.push(piece);
  }
  return pieces;
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
