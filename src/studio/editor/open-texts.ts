import { type Signal, signal } from '@preact/signals';
import type { Clock } from '../../protocol/clock.ts';
import type { SiteStore } from '../host.ts';
import type { KeptView } from './code-editor.ts';
import { createDraftSaver, type DraftSaver } from './draft-saver.ts';
import { createRescuedDraft, type RescueStorage } from './rescued-draft.ts';

/** What is known of an open text besides the file itself. */
export interface OpenText {
  readonly path: string;
  readonly saver: DraftSaver;
  /** Text, history, selection and scrolling while another tab is shown. */
  readonly view: { kept: KeptView | undefined };
  /** Whether its editor shows what differs from the live text. */
  readonly comparing: Signal<boolean>;
}

export interface OpenTextsOptions {
  readonly serverName: string;
  readonly store: Pick<SiteStore, 'write' | 'publish'>;
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly storage: RescueStorage;
}

/** The texts of all tabs: each has a draft and an editor's state of its own. */
export interface OpenTexts {
  /** The text of a file; the same object until it is closed. */
  of(path: string): OpenText;
  /** Stores all that was typed; resolves with whether that worked. */
  flush(): Promise<boolean>;
  /** What was typed goes with the file to its new path. */
  rename(from: string, to: string): void;
  /** Stores what was typed and forgets the rest. */
  close(path: string): void;
  /** All files were made live. */
  published(): void;
  /** Forgets what was typed, for when the files are put back. */
  reset(): void;
  /** For a page that goes: what is not stored yet is kept until it comes again. */
  rescue(): void;
  /** Stores and forgets everything. */
  end(): void;
}

export function createOpenTexts(options: OpenTextsOptions): OpenTexts {
  const texts = new Map<string, OpenText>();
  const rescued = (path: string) => createRescuedDraft(options.storage, options.serverName, path);

  function create(path: string, before?: OpenText): OpenText {
    return {
      path,
      saver: createDraftSaver({ path, ...options }),
      view: before?.view ?? { kept: undefined },
      comparing: before?.comparing ?? signal(false),
    };
  }

  function close(path: string): void {
    const text = texts.get(path);
    if (!text) return;
    texts.delete(path);
    // What was typed last is stored before its pause is over. A store that another tab has taken refuses it:
    // then it waits for this tab to have the store again. Kept at once, for the same file may be opened again
    // before the store has answered.
    if (text.saver.unsaved() !== undefined) rescued(path).keep(text.saver.unsaved());
    void text.saver.flush().then((stored) => {
      if (stored) rescued(path).keep(undefined);
    });
  }

  return {
    of(path) {
      const known = texts.get(path);
      if (known) return known;
      const text = create(path);
      texts.set(path, text);
      // Typed right before the page went, and not stored by then.
      const typed = rescued(path).take();
      if (typed !== undefined) text.saver.edit(typed);
      return text;
    },
    async flush() {
      const stored = await Promise.all([...texts.values()].map(({ saver }) => saver.flush()));
      return stored.every(Boolean);
    },
    rename(from, to) {
      const text = texts.get(from);
      if (!text) return;
      texts.delete(from);
      const unsaved = text.saver.unsaved();
      text.saver.reset();
      const next = create(to, text);
      if (unsaved !== undefined) next.saver.edit(unsaved);
      texts.set(to, next);
    },
    close,
    published() {
      for (const { saver } of texts.values()) saver.published();
    },
    reset() {
      for (const { saver } of texts.values()) saver.reset();
    },
    rescue() {
      for (const [path, { saver }] of texts) rescued(path).keep(saver.unsaved());
    },
    end() {
      for (const path of [...texts.keys()]) close(path);
    },
  };
}
