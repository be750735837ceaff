/**
 * How the script injected into a site's pages finds the shell around it: a property of the shell's window,
 * under a symbol that no site uses by accident. Site and shell share an origin, so this is no boundary.
 */
const HOOK = Symbol.for('peerserver.shell');

export interface PageHook {
  /** Token of the shell. */
  readonly shell: string;
  /** Called at the very start of a document in the shell's frame, before its own scripts. */
  adopt(page: Window): void;
  /** A shell was loaded into the shell's own frame: the service worker did not answer. */
  bypassed(): void;
}

export function offerPageHook(hook: PageHook): void {
  Reflect.set(window, HOOK, hook);
}

/** The hook of the shell that frames this window directly, or undefined. */
export function findPageHook(): PageHook | undefined {
  if (window.parent === window) return undefined;
  try {
    return Reflect.get(window.parent, HOOK) as PageHook | undefined;
  } catch {
    // A parent of another origin: no shell of ours.
    return undefined;
  }
}
