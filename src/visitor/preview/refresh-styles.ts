/**
 * Puts the newest text of style sheets into a page that stays as it is.
 * @param paths paths of the changed ones on this origin, percent-encoded as in URLs
 */
export async function refreshStyles(page: Window, paths: readonly string[]): Promise<void> {
  const wanted = new Set(paths.map((path) => new URL(path, page.location.origin).pathname));
  const links = [...page.document.querySelectorAll<HTMLLinkElement>('link[rel~="stylesheet"]')];
  const isOwn = (href: string) => new URL(href).origin === page.location.origin;
  await Promise.all(
    links.map(async (link) => {
      if (!isOwn(link.href) || !link.sheet) return;
      const sheets = sheetsOf(link.sheet).filter(isOwn);
      const changed = sheets.filter((href) => wanted.has(new URL(href).pathname));
      if (changed.length === 0) return;
      // What is kept of them is renewed first: a link alone might take it as it is.
      await Promise.all(changed.map((href) => fetch(href, { cache: 'reload' })));
      replaceLink(link);
    }),
  );
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
