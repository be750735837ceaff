/**
 * The site's icon in the browser's tab. Browsers fetch icons past the service worker, so the shell fetches
 * it through the frame's page and sets it as a data URL.
 */

/** Larger icons are left out: a tab shows 32 pixels. */
const MAX_ICON_BYTES = 256 * 1024;

/** Sets the icon of `page` once it has loaded, and again when its links change. */
export function watchFavicon(page: Window, signal: AbortSignal): void {
  let shown = '';
  const update = () => {
    const url = iconAddress(page);
    if (url === shown) return;
    shown = url;
    showIcon(page, url, signal).catch((error: unknown) => {
      // A missing icon is no fault; the tab keeps the browser's own picture.
      if (!signal.aborted) console.debug('PeerServer: no icon', error);
    });
  };
  if (page.document.readyState === 'complete') update();
  else page.addEventListener('load', update, { signal });
}

/** The address of the last icon link, else the customary one. */
function iconAddress(page: Window): string {
  const links = page.document.querySelectorAll<HTMLLinkElement>('link[rel~="icon"]');
  const last = links[links.length - 1];
  return last?.href || new URL('/favicon.ico', page.location.href).href;
}

async function showIcon(page: Window, url: string, signal: AbortSignal): Promise<void> {
  if (url.startsWith('data:')) {
    setIcon(url);
    return;
  }
  const response = await page.fetch(url, { signal });
  const blob = await response.blob();
  if (!response.ok || blob.size === 0 || blob.size > MAX_ICON_BYTES) {
    setIcon('data:,');
    return;
  }
  const data = await dataUrlOf(blob);
  if (!signal.aborted) setIcon(data);
}

function setIcon(href: string): void {
  const existing = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
  const link = existing ?? document.head.appendChild(document.createElement('link'));
  link.rel = 'icon';
  link.href = href;
}

function dataUrlOf(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}
