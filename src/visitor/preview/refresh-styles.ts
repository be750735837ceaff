/**
 * Puts the newest text of style sheets into a page that stays as it is, frames of its origin in it included. Only
 * what links have brought can be renewed; if something else is wanted, nothing is touched.
 * @param paths paths of the changed ones on this origin, percent-encoded as in URLs
 * @returns those that links do not bring, or not alone: only another load of the page shows them. What a script
 *   or a shadow root takes beside a link is not known here
 * @throws TypeError when one cannot be fetched
 */
export async function refreshStyles(page: Window, paths: readonly string[]): Promise<string[]> {
  const { origin } = page.location;
  const wanted = new Set(paths.map((path) => new URL(path, origin).pathname));
  const isWanted = (href: string) => new URL(href).origin === origin && wanted.has(pathOf(href));
  const changes = documentsOf(page)
    .flatMap(({ styleSheets }) => [...styleSheets])
    .map((sheet) => ({ link: linkOf(sheet), hrefs: sheetsOf(sheet).filter(isWanted) }));
  const missed = [...wanted].filter((path) => {
    const bringing = changes.filter(({ hrefs }) => hrefs.some((href) => pathOf(href) === path));
    return bringing.length === 0 || bringing.some(({ link }) => !link);
  });
  if (missed.length > 0) return missed;
  await Promise.all(
    changes.map(async ({ link, hrefs }) => {
      if (!link || hrefs.length === 0) return;
      // What is kept of them is renewed first: a link alone might take it as it is.
      await Promise.all(hrefs.map((href) => fetch(href, { cache: 'reload' })));
      replaceLink(link);
    }),
  );
  return [];
}

/** The page's document, and those of the frames in it that may be looked into. */
function documentsOf(page: Window): Document[] {
  try {
    const inner = Array.from({ length: page.length }, (_, index) => page[index]);
    return [page.document, ...inner.flatMap((frame) => (frame ? documentsOf(frame) : []))];
  } catch {
    // Of another origin: nothing of ours is in there.
    return [];
  }
}

/** The link that has brought a sheet; undefined when something else has. */
function linkOf({ ownerNode }: CSSStyleSheet): HTMLLinkElement | undefined {
  // Of the page's own realm, so not an instance of this window's classes.
  return ownerNode?.nodeName.toLowerCase() === 'link' ? (ownerNode as HTMLLinkElement) : undefined;
}

function pathOf(href: string): string {
  return new URL(href).pathname;
}

/** Addresses of a sheet and of what it imports, however deep. */
function sheetsOf(sheet: CSSStyleSheet): string[] {
  let rules: CSSRule[] = [];
  try {
    rules = [...sheet.cssRules];
  } catch {
    // Of another origin: nobody may look into it, and nothing of ours is in there.
  }
  const imported = rules.flatMap((rule) => {
    const inner = 'styleSheet' in rule ? (rule.styleSheet as CSSStyleSheet | null) : null;
    return inner ? sheetsOf(inner) : [];
  });
  return [...(sheet.href ? [sheet.href] : []), ...imported];
}

/** The old one goes when the new one is there, so that the page is never without. */
function replaceLink(link: HTMLLinkElement): void {
  const fresh = link.cloneNode() as HTMLLinkElement;
  const done = () => link.remove();
  fresh.addEventListener('load', done, { once: true });
  fresh.addEventListener('error', done, { once: true });
  link.after(fresh);
}
