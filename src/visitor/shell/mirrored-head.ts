/** What a browser reads of the document at the top: the shell says what the site's page says. */

/** The width, in CSS pixels, that browsers of phones give to pages which say nothing of it. */
const UNSTATED_VIEWPORT = 'width=980';
const OWN_VIEWPORT = 'width=device-width, initial-scale=1';

/** Takes over language, viewport and theme colours of a page. Cheap when nothing has changed. */
export function mirrorHead({ document: site }: Window): void {
  const { documentElement: root } = document;
  const { lang = '', dir = '' } = site.documentElement ?? {};
  if (root.lang !== lang) root.lang = lang;
  if (root.dir !== dir) root.dir = dir;
  setMeta('viewport', viewportOf(site));
  mirrorThemeColors(site);
}

function viewportOf(site: Document): string {
  const stated = [...site.querySelectorAll<HTMLMetaElement>('meta[name="viewport" i]')].at(-1);
  if (stated) return stated.content;
  // Pictures and the like are shown by pages of the browser's own, which fit any screen.
  return site.contentType === 'text/html' ? UNSTATED_VIEWPORT : OWN_VIEWPORT;
}

function setMeta(name: string, content: string): void {
  const meta = document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`);
  if (meta && meta.content !== content) meta.content = content;
}

/** There may be several, for light and dark screens. */
function mirrorThemeColors(site: Document): void {
  const wanted = [...site.querySelectorAll<HTMLMetaElement>('meta[name="theme-color" i]')];
  const present = [...document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]')];
  const isSame = (one: HTMLMetaElement, other: HTMLMetaElement | undefined) =>
    one.content === other?.content && one.media === other.media;
  if (wanted.length === present.length && wanted.every((one, at) => isSame(one, present[at]))) {
    return;
  }
  for (const one of present) one.remove();
  for (const { content, media } of wanted) {
    document.head.append(Object.assign(document.createElement('meta'), themeColor(content, media)));
  }
}

function themeColor(content: string, media: string) {
  return { name: 'theme-color', content, media };
}
