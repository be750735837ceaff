import { type ReadonlySignal, signal } from '@preact/signals';
import type { Clock } from '../../protocol/clock.ts';
import { asPeerServerError } from '../../protocol/errors.ts';
import type { SiteStore } from '../host.ts';

/** What the status line says about the open file. */
export type SaveStatus =
  | { readonly kind: 'idle' }
  /** Typed, and not yet stored. */
  | { readonly kind: 'editing' }
  | { readonly kind: 'draft-saved'; readonly at: number }
  | { readonly kind: 'live'; readonly at: number }
  | { readonly kind: 'failed'; readonly message: string };

/** Milliseconds without typing before the draft is stored: short, since a crash loses what is not stored. */
export const AUTOSAVE_PAUSE_MS = 400;

export interface DraftSaver {
  readonly status: ReadonlySignal<SaveStatus>;
  /** The text now in the editor; stored as a draft after a pause. */
  edit(text: string): void;
  /** Stores what was typed at once, and what is typed meanwhile; resolves with whether all of it is stored (if not, see `status`). */
  flush(): Promise<boolean>;
  /** Stores the text and makes it what visitors see. */
  publish(): Promise<void>;
  /** Text that is not stored yet, for a page that is about to go. */
  unsaved(): string | undefined;
  /** The file was made live with others. What was typed since is on its way to the store, as always. */
  published(): void;
  /** Forgets what was typed, for when the file itself is put back or goes. */
  reset(): void;
}

export interface DraftSaverOptions {
  readonly path: string;
  readonly store: Pick<SiteStore, 'write' | 'publish'>;
  readonly clock: Clock;
  /** Milliseconds since 1970, for the status line. */
  readonly now: () => number;
}

/** Keeps the draft of one file up to date while it is edited. Saves never overtake each other. */
export function createDraftSaver({ path, store, clock, now }: DraftSaverOptions): DraftSaver {
  const status = signal<SaveStatus>({ kind: 'idle' });
  let unsaved: string | undefined;
  let cancelPause = () => {};
  let queue: Promise<void> = Promise.resolve();

  async function run(publish: boolean): Promise<void> {
    const text = unsaved;
    if (text === undefined && !publish) return;
    try {
      if (text !== undefined) await store.write(path, text, { publish });
      else await store.publish([path]);
      // What was typed meanwhile has its own save coming, and its own status.
      if (unsaved !== text) return;
      unsaved = undefined;
      status.value = { kind: publish ? 'live' : 'draft-saved', at: now() };
    } catch (thrown) {
      // The text stays unsaved, so that the next attempt has it.
      const { message } = asPeerServerError(thrown, 'storage-failed');
      status.value = { kind: 'failed', message };
    }
  }

  function enqueue(publish: boolean): Promise<void> {
    cancelPause();
    queue = queue.then(() => run(publish));
    return queue;
  }

  return {
    status,
    edit(text) {
      unsaved = text;
      status.value = { kind: 'editing' };
      cancelPause();
      cancelPause = clock.schedule(AUTOSAVE_PAUSE_MS, () => void enqueue(false));
    },
    async flush() {
      do await enqueue(false);
      while (status.peek().kind === 'editing');
      return unsaved === undefined;
    },
    publish: () => enqueue(true),
    unsaved: () => unsaved,
    published() {
      if (unsaved === undefined) status.value = { kind: 'idle' };
    },
    reset() {
      cancelPause();
      unsaved = undefined;
      status.value = { kind: 'idle' };
    },
  };
}
