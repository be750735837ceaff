import type { PageCookies } from '../cookies/page-cookies.ts';
import type { DocumentStream } from './document-stream.ts';
import type { PageTools } from './page-tools.ts';
import type { SocketRequest } from './socket-messages.ts';

/**
 * How the script injected into a site's pages finds the shell around it: a property of the shell's window, and
 * of the main page's, under a symbol that no site uses by accident. Site and shell share an origin, so this is
 * no boundary.
 */
const HOOK = Symbol.for('peerserver.shell');

export interface PageHook {
  /** Token of the shell. */
  readonly shell: string;
  /**
   * Called at the very start of every document of the site, before its own scripts. Does nothing for frames
   * within the page, but for watching that they come whole.
   * @param stream of a document whose body streams
   */
  adopt(page: Window, tools: PageTools, stream?: DocumentStream): void;
  /** A shell was loaded into this window, the shell's own frame or one within it: the service worker did not answer. */
  bypassed(page: Window): void;
  /** The site's cookies, from the shell's memory. */
  readonly cookies: PageCookies;
  /** Has a file of the site saved, under this name if it is not empty and the host gives none. */
  download(url: string, name: string): void;
  /** Opens a WebSocket to the host that speaks over `port` (socket-messages.ts). */
  openSocket(request: SocketRequest, port: MessagePort): void;
  /**
   * What the WebSocket classes of the tab's windows held before page scripts changed them, by prototype: one
   * window may see several of these scripts.
   */
  readonly nativeSockets: WeakMap<object, Record<string, PropertyDescriptor>>;
}

/** Makes the hook known: to all frames within `page`, and to `page` itself. */
export function offerPageHook(hook: PageHook, page: Window = window): void {
  Object.defineProperty(page, HOOK, { value: hook, configurable: true });
}

/** The hook of the shell around this window, at whatever depth, or undefined. */
export function findPageHook(): PageHook | undefined {
  try {
    for (let page: Window = window; ; page = page.parent) {
      const hook = Reflect.get(page, HOOK) as PageHook | undefined;
      if (hook !== undefined || page === page.parent) return hook;
    }
  } catch {
    // A parent of another origin: no shell of ours.
    return undefined;
  }
}
