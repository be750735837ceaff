/**
 * What somebody means who types into the preview's address field: a path, or an address of the site.
 * @param origin of the site
 * @param pointer the address that is shared
 * @returns the path; undefined for an address elsewhere
 */
export function pathOfTyped(text: string, origin: string, pointer: string): string | undefined {
  const typed = text.trim();
  if (/^https?:/i.test(typed)) {
    if (!URL.canParse(typed)) return undefined;
    const url = new URL(typed);
    const path = url.pathname + url.search + url.hash;
    if (url.origin === origin) return path;
    return url.href.startsWith(pointer) ? `/${url.href.slice(pointer.length)}` : undefined;
  }
  return `/${typed.replace(/^\/+/, '')}`;
}
