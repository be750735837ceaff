import { effect, type ReadonlySignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { systemClock } from '../../protocol/clock.ts';
import { asPeerServerError } from '../../protocol/errors.ts';
import type { CodeEditor } from '../editor/code-editor.ts';
import type { SiteStore } from '../host.ts';
import { createDraftSaver, type DraftSaver } from '../state/draft-saver.ts';
import { languageOfFile } from '../state/file-kind.ts';
import { isSiteCode } from '../state/file-names.ts';
import type { NamedFile } from '../state/file-path.ts';
import type { OpenPlace } from '../state/open-file.ts';
import { createRescuedDraft } from '../state/rescued-draft.ts';

export interface TextEditor {
  /** The element that the editor goes into. */
  readonly parent: RefObject<HTMLDivElement | null>;
  readonly saver: DraftSaver;
  readonly problem: string | undefined;
  readonly loading: boolean;
}

/** Puts an editor with a file's text into an element and keeps text and draft together. */
export function useTextEditor(
  { path, name }: NamedFile,
  place: ReadonlySignal<OpenPlace | undefined>,
  serverName: string,
  store: SiteStore,
): TextEditor {
  const parent = useRef<HTMLDivElement>(null);
  const [problem, setProblem] = useState<string>();
  const [loading, setLoading] = useState(true);
  const saver = useMemo(
    () => createDraftSaver({ path, store, clock: systemClock, now: Date.now }),
    [path, store],
  );

  useEffect(() => {
    const ending = new AbortController();
    const { signal } = ending;
    const rescued = createRescuedDraft(sessionStorage, serverName, path);
    let editor: CodeEditor | undefined;
    let stopGoing = () => {};

    async function load(): Promise<void> {
      // The editor's code is the largest part of the studio: it comes when the first file is opened.
      const [{ createCodeEditor }, text] = await Promise.all([
        import('../editor/code-editor.ts'),
        store.readText(path, { signal }),
      ]);
      if (signal.aborted || !parent.current) return;
      const kept = rescued.take();
      editor = createCodeEditor({
        parent: parent.current,
        label: name,
        text: kept ?? text,
        language: languageOfFile(path),
        siteCode: isSiteCode(path, store.list()),
        onChange: (next) => saver.edit(next),
      });
      if (kept !== undefined && kept !== text) saver.edit(kept);
      const opened = editor;
      stopGoing = effect(() => {
        if (place.value?.path === path) opened.selectLine(place.value.line);
      });
      setLoading(false);
    }

    /** The file was changed from elsewhere (an upload, discarded changes): the editor follows. */
    async function follow(): Promise<void> {
      if (!editor || saver.unsaved() !== undefined) return;
      const text = await store.readText(path, { signal });
      if (signal.aborted || saver.unsaved() !== undefined || text === editor.text()) return;
      editor.setText(text);
    }

    function report(thrown: unknown): void {
      if (!signal.aborted) setProblem(asPeerServerError(thrown, 'storage-failed').message);
    }

    const stopFollowing = store.subscribe((change) => {
      const present = store.list().some((file) => file.path === path);
      if (present && change.draft.includes(path)) follow().catch(report);
    });
    const publish = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 's' || !(event.ctrlKey || event.metaKey) || event.altKey)
        return;
      event.preventDefault();
      if (!event.repeat) void saver.publish();
    };
    const leave = () => rescued.keep(saver.unsaved());
    const hide = () => void saver.flush();
    document.addEventListener('keydown', publish);
    document.addEventListener('visibilitychange', hide);
    window.addEventListener('pagehide', leave);
    load().catch(report);

    return () => {
      ending.abort();
      stopFollowing();
      stopGoing();
      document.removeEventListener('keydown', publish);
      document.removeEventListener('visibilitychange', hide);
      window.removeEventListener('pagehide', leave);
      editor?.destroy();
      // Another file is opened: what was typed last is stored before its pause is over.
      // A store that another tab has taken refuses it: then it waits for this tab to have the store again.
      void saver.flush().then(() => rescued.keep(saver.unsaved()));
    };
  }, [path, name, place, serverName, store, saver]);

  return { parent, saver, problem, loading };
}
