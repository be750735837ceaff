import { frameStart } from 'virtual:frame-start';
import { FRAME_STARTED, type FrameStarted } from './frame-started.ts';
import type { PageWindow } from './web-socket.ts';

const FRAME_START = `<script>${frameStart}</script>`;
/** What may stand before it, as before the page script. */
const BEFORE_START = /^(?:\s|<!--[\s\S]*?-->)*(?:<!doctype[^>]*>)?/i;

export interface FrameKeeper {
  /** Prepares a frame's window before scripts of its own run in it; may be called more than once. */
  prepare(frame: PageWindow): void;
  /** Called often: something has changed in the document. */
  changed(): void;
  /** Whether an inline script at the beginning of a `srcdoc` would be allowed. */
  mayStart(): boolean;
}

/**
 * Meets the frames that a page fills by itself (`srcdoc`, `about:blank`, blob addresses): no service worker
 * puts the page script into them. A browser goes on with the window of a new frame's first, empty document
 * when the frame's content comes from the same origin, so preparing that window in time is enough. Where
 * there is no such first document, since `srcdoc` is set on a frame that has been there before, the text gets
 * a short script at its beginning.
 */
export function watchFrames(page: PageWindow, keeper: FrameKeeper): void {
  const windows = new WeakSet<object>();
  const documents = new WeakSet<Document>();

  function meet(frame: Window | null): void {
    const view = frame && reachable(frame);
    // A document with an address has its own page script; its first, empty one has not.
    if (!view || /^https?:$/.test(view.location.protocol)) return;
    keeper.prepare(view);
    watch(view);
  }

  function watch(view: PageWindow): void {
    const { document } = view;
    if (!documents.has(document)) {
      documents.add(document);
      const look = () => {
        keeper.changed();
        for (let index = 0; index < view.length; index += 1) meet(view[index] ?? null);
      };
      new MutationObserver(look).observe(document, { childList: true, subtree: true });
      // Another document has come into a frame.
      document.addEventListener('load', look, true);
    }
    const { prototype } = view.HTMLIFrameElement;
    if (windows.has(prototype)) return;
    windows.add(prototype);
    const started: FrameStarted = meet;
    // A frame's first, empty document may have left its window to a page with a script of its own.
    Object.defineProperty(view, FRAME_STARTED, { value: started, configurable: true });
    watchAccess(prototype, meet);
    startSrcdocs(prototype, keeper);
  }

  watch(page);
}

/** A frame's window if it is of the page's own origin. */
function reachable(frame: Window): PageWindow | undefined {
  try {
    return frame.location.href === undefined ? undefined : (frame as PageWindow);
  } catch {
    // Of another origin: there is nothing to be done in it.
    return undefined;
  }
}

/** A script may reach for a new frame's window before any observer is called. */
function watchAccess(prototype: HTMLIFrameElement, meet: (frame: Window | null) => void): void {
  changeGetter(prototype, 'contentWindow', (frame) => {
    meet(frame as Window | null);
    return frame;
  });
  changeGetter(prototype, 'contentDocument', (document) => {
    meet((document as Document | null)?.defaultView ?? null);
    return document;
  });
}

/** Lets a `srcdoc` that is set on a frame in the page begin with our script, unseen by who reads it. */
function startSrcdocs(prototype: HTMLIFrameElement, keeper: FrameKeeper): void {
  const started = (frame: HTMLIFrameElement, value: unknown): unknown => {
    // Trusted types are left as they are: what they hold may not be changed.
    if (typeof value !== 'string' || !frame.isConnected || !keeper.mayStart()) return value;
    if (value.includes(FRAME_START)) return value;
    const { sandbox } = frame;
    const isOpen = sandbox.contains('allow-scripts') && sandbox.contains('allow-same-origin');
    if (frame.hasAttribute('sandbox') && !isOpen) return value;
    return value.replace(BEFORE_START, (before) => before + FRAME_START);
  };
  const withoutStart = (value: unknown): unknown =>
    typeof value === 'string' ? value.replace(FRAME_START, '') : value;

  const descriptor = Object.getOwnPropertyDescriptor(prototype, 'srcdoc');
  const set = descriptor?.set;
  if (!descriptor || !set) return;
  Object.defineProperty(prototype, 'srcdoc', {
    ...descriptor,
    set: new Proxy(set, {
      apply: (setter, frame, [value]) => Reflect.apply(setter, frame, [started(frame, value)]),
    }),
  });
  changeGetter(prototype, 'srcdoc', withoutStart);
  const isSrcdoc = (name: unknown) => `${name}`.toLowerCase() === 'srcdoc';
  const { setAttribute, getAttribute } = prototype;
  prototype.setAttribute = new Proxy(setAttribute, {
    apply(method, frame, [name, value]) {
      return Reflect.apply(method, frame, [name, isSrcdoc(name) ? started(frame, value) : value]);
    },
  });
  prototype.getAttribute = new Proxy(getAttribute, {
    apply: (method, frame, [name]) => {
      const value = Reflect.apply(method, frame, [name]);
      return isSrcdoc(name) ? withoutStart(value) : value;
    },
  });
}

function changeGetter(prototype: object, name: string, change: (value: unknown) => unknown): void {
  const descriptor = Object.getOwnPropertyDescriptor(prototype, name);
  const get = descriptor?.get;
  if (!descriptor || !get) return;
  Object.defineProperty(prototype, name, {
    ...descriptor,
    get: new Proxy(get, {
      apply: (getter, element) => change(Reflect.apply(getter, element, [])),
    }),
  });
}
