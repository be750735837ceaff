/** Pages of the documentation that are pages here, too. */
const PAGES: Readonly<Record<string, string>> = {
  'dynamic-sites.md': '/learn/dynamic-sites',
  'errors.md': '/learn/errors',
};

/**
 * Where a link of a page leads here.
 * @returns undefined for what is only in the source's folders: its words are shown without a link
 */
export function learnHref(href: string): string | undefined {
  if (/^(https?:\/\/|\/|#)/.test(href)) return href;
  const [path = '', hash] = href.split('#', 2);
  const page = PAGES[path];
  if (page === undefined) return undefined;
  return hash === undefined ? page : `${page}#${hash}`;
}
