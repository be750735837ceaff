/**
 * The preview: the shell as the studio shows it beside the editor. The same visitor as everywhere else, but the
 * history is the studio's, and the studio says what to show.
 */
import { PREVIEW_PATH, previewedUrl, type ToPreview } from '../../address/preview.ts';
import { withoutTag } from '../bridge/request-tag.ts';
import type { SiteFrame } from '../shell/site-frame.ts';
import { startShell } from '../shell/start-shell.ts';
import { openVisitorStore } from '../visitor-store.ts';
import { announceChange } from './announce-change.ts';
import { refreshStyles } from './refresh-styles.ts';
import { keepInPlace } from './replace-mode.ts';
import { greetStudio } from './studio-link.ts';

// The shell takes its page's address for the site's.
history.replaceState(null, '', previewedUrl(new URL(location.href)));
// So a reload must find the way back to this page, and not to the shell at the top.
window.navigation?.addEventListener('navigate', (event) => {
  if (event.navigationType !== 'reload' || !event.cancelable) return;
  event.preventDefault();
  location.replace(ownAddress());
});

/** This page's, with what it shows. */
function ownAddress(): string {
  const to = location.pathname + location.search + location.hash;
  return `${PREVIEW_PATH}?to=${encodeURIComponent(to)}`;
}

const STORAGE_BLOCKED =
  'This browser keeps the frame away from the storage that visiting a site needs. In a tab of its own the site works.';

let frame: SiteFrame | undefined;
let shown = '';

let tellHost: (key: string) => void = () => {};
const hostKey = new Promise<string>((resolve) => {
  tellHost = resolve;
});

const studio = greetStudio(document, window.parent, (message) => {
  if (message.kind === 'host') tellHost(message.key);
  else if (frame) void obey(message, frame);
});

introduce().finally(() =>
  startShell({
    started(siteFrame) {
      frame = siteFrame;
    },
    watch: (page, tools, signal) =>
      keepInPlace(page, tools, signal, (message) => studio.say({ kind: 'failed', message })),
    followed(page) {
      // A form's token is nobody's business.
      const { pathname, search, hash } = new URL(withoutTag(page.location.href));
      const path = pathname + search + hash;
      const { title } = page.document;
      // Called for every change of a page that loads.
      if (shown === `${path}\n${title}`) return;
      shown = `${path}\n${title}`;
      studio.say({ kind: 'page', path, title });
    },
    screen: () => studio.say({ kind: 'screen' }),
    // A server that was deleted and made anew under its name has another key, and the studio knows it.
    isHost: async (key) => key === (await hostKey),
    reload: () => location.replace(ownAddress()),
    failed(message, cause) {
      // What Firefox throws where it blocks all storage of third parties says nothing to a person.
      const isBlocked = cause?.name === 'SecurityError';
      studio.say({ kind: 'failed', message: isBlocked ? STORAGE_BLOCKED : message });
    },
  }),
);

/** Tells the studio whose visit this is before it begins: its author is no visitor to be counted. */
async function introduce(): Promise<void> {
  try {
    const { identity } = await openVisitorStore();
    studio.say({ kind: 'visitor', key: identity.publicKey });
  } catch {
    // Then it is counted like any other; if there is no storage at all, the shell says what that means.
  }
}

async function obey(message: Exclude<ToPreview, { kind: 'host' }>, site: SiteFrame): Promise<void> {
  switch (message.kind) {
    case 'open':
      site.open(new URL(message.path, location.origin).href);
      break;
    case 'reload':
      await reload(site);
      break;
    case 'styles':
      if (site.page && !(await showsStyles(site.page, message.paths))) await reload(site);
      break;
  }
}

async function reload(site: SiteFrame): Promise<void> {
  await announceChange(location.href);
  site.reload();
}

/** Puts changed style sheets into the page; false if it has to be loaded anew for them. */
async function showsStyles(page: Window, paths: readonly string[]): Promise<boolean> {
  try {
    return (await refreshStyles(page, paths)).length === 0;
  } catch {
    // One did not come, or the page has just gone: what comes next shows the newest, or says why not.
    return false;
  }
}
