import { computed, type ReadonlySignal, signal } from '@preact/signals';
import {
  isPreviewGreeting,
  previewUrl,
  readFromPreview,
  type ToPreview,
} from '../../address/preview.ts';
import type { Clock } from '../../protocol/clock.ts';
import { changeToTell } from './site-change.ts';

/** How far the preview is. */
export type PreviewState =
  | { readonly kind: 'loading' }
  | { readonly kind: 'shown' }
  /** The frame cannot show the site; `message` says why, as far as it is known. */
  | { readonly kind: 'failed'; readonly message: string | undefined };

/**
 * How long the frame may take to say a first word, milliseconds: it comes from the signaling server in a moment,
 * and a browser that forbids it its storage may let it say nothing at all.
 */
export const GREETING_WITHIN_MS = 15_000;
/** How long changes are gathered before the page is loaded anew, milliseconds: an upload comes in pieces. */
export const GATHER_MS = 120;
/** How many pages the way back knows. */
export const MAX_BACK = 50;

export interface PreviewOptions {
  /** Origin of the site. */
  readonly origin: string;
  readonly clock: Clock;
  /** Public key of the server, which the preview shall know it by. */
  readonly hostKey: string;
  /** Told the public key that the preview visits with, before its connection is there. */
  readonly onVisitor?: (key: string) => void;
}

/** The part of a `message` event that is looked at. */
export type PreviewEvent = Pick<MessageEvent<unknown>, 'data' | 'origin' | 'source' | 'ports'>;

/** The site as visitors see it, in a frame that follows what is saved. */
export interface Preview {
  readonly state: ReadonlySignal<PreviewState>;
  /** What is shown: path, query and hash. */
  readonly path: ReadonlySignal<string>;
  readonly title: ReadonlySignal<string>;
  readonly canGoBack: ReadonlySignal<boolean>;
  /** Address for the frame, and a number that changes when another frame is needed. */
  readonly frame: ReadonlySignal<{ readonly src: string; readonly attempt: number }>;
  /** Gives it a message of the window's. @param frame window of the frame that is drawn now */
  receive(event: PreviewEvent, frame: unknown): void;
  /** The frame has been drawn: it has to greet soon. The returned function is for when it is taken away. */
  drawn(): () => void;
  open(path: string): void;
  back(): void;
  reload(): void;
  /** Another frame, for one that failed. */
  retry(): void;
  /** The live site has changed. @param project whether the site has code, with its pages in `public/` */
  published(paths: readonly string[], project: boolean): void;
}

export function createPreview({ origin, clock, hostKey, onVisitor }: PreviewOptions): Preview {
  const state = signal<PreviewState>({ kind: 'loading' });
  const path = signal('/');
  const title = signal('');
  const before = signal<readonly string[]>([]);
  const frame = signal({ src: previewUrl(origin, '/'), attempt: 0 });
  let port: MessagePort | undefined;
  let goingBack = false;
  let changed: string[] = [];
  let stopGathering = () => {};
  let stopWaiting = () => {};

  function say(message: ToPreview): void {
    port?.postMessage(message);
  }

  function hear(data: unknown): void {
    const message = readFromPreview(data);
    if (message?.kind === 'visitor') {
      onVisitor?.(message.key);
    } else if (message?.kind === 'failed') {
      state.value = message;
    } else if (message?.kind === 'screen') {
      // It says what there is to say, and how to go on.
      if (state.value.kind === 'loading') state.value = { kind: 'shown' };
    } else if (message?.kind === 'page') {
      if (message.path !== path.value) remember(path.value);
      // Also when a redirect has led back to where it was.
      goingBack = false;
      path.value = message.path;
      title.value = message.title;
      state.value = { kind: 'shown' };
    }
  }

  function remember(left: string): void {
    // The first page of a frame has nothing before it, and on the way back nothing is added.
    if (!goingBack && state.value.kind === 'shown') {
      before.value = [...before.value, left].slice(-MAX_BACK);
    }
  }

  function show(next: string): void {
    if (port) say({ kind: 'open', path: next });
    else {
      path.value = next;
      restart();
    }
  }

  function restart(): void {
    port?.close();
    port = undefined;
    state.value = { kind: 'loading' };
    frame.value = { src: previewUrl(origin, path.value), attempt: frame.value.attempt + 1 };
  }

  return {
    state,
    path,
    title,
    canGoBack: computed(() => before.value.length > 0),
    frame,
    receive(event, shown) {
      // Site pages within the frame have its origin, but not its window.
      if (event.origin !== origin || event.source !== shown || !shown) return;
      const [greeted] = event.ports;
      if (!isPreviewGreeting(event.data) || !greeted) return;
      stopWaiting();
      port?.close();
      port = greeted;
      port.onmessage = ({ data }) => {
        if (port === greeted) hear(data);
      };
      say({ kind: 'host', key: hostKey });
    },
    drawn() {
      stopWaiting = clock.schedule(GREETING_WITHIN_MS, () => {
        state.value = { kind: 'failed', message: undefined };
      });
      return () => {
        stopWaiting();
        stopGathering();
        port?.close();
        port = undefined;
        // One that failed is not drawn again before somebody wants it.
        if (state.value.kind === 'shown') state.value = { kind: 'loading' };
        frame.value = { ...frame.value, src: previewUrl(origin, path.value) };
      };
    },
    open: show,
    back() {
      const last = before.value.at(-1);
      if (last === undefined) return;
      before.value = before.value.slice(0, -1);
      goingBack = true;
      show(last);
    },
    reload() {
      if (port) say({ kind: 'reload' });
      else restart();
    },
    retry: restart,
    published(paths, project) {
      stopGathering();
      changed.push(...paths);
      stopGathering = clock.schedule(GATHER_MS, () => {
        say(changeToTell(changed, project));
        changed = [];
      });
    },
  };
}
