import { effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { asPeerServerError } from '../../protocol/errors.ts';
import type { NamedFile } from '../files/names/file-path.ts';
import { parseSettings, type SiteLogEntry } from '../host.ts';
import { useStudio } from '../session/studio.ts';
import type { CodeEditor, EditorPosition } from './code-editor.ts';
import { decodeText } from './decode-text.ts';
import { languageOfFile } from './language-of-file.ts';
import type { SiteKnowledge } from './languages.ts';
import type { OpenText } from './open-texts.ts';
import type { Preferences } from './preferences.ts';
import type { LineProblem } from './problems/find-problems.ts';

export interface TextEditor {
  /** The element that the editor goes into. */
  readonly parent: RefObject<HTMLDivElement | null>;
  /** The editor, as soon as it is there. */
  readonly editor: ReadonlySignal<CodeEditor | undefined>;
  readonly position: ReadonlySignal<EditorPosition | undefined>;
  /** Why the text cannot be shown or followed. */
  readonly problem: string | undefined;
  readonly loading: boolean;
}

export interface TextEditorOptions {
  readonly file: NamedFile;
  readonly text: OpenText;
  /** What keeps the file's live code from running. */
  readonly error: SiteLogEntry | undefined;
  readonly knowledge: (path: string) => SiteKnowledge;
  readonly preferences: Preferences;
  /** A person changed something. */
  readonly onEdit: () => void;
}

/** Puts an editor with a file's text into an element and keeps text and draft together. */
export function useTextEditor(options: TextEditorOptions): TextEditor {
  const { text, error, knowledge, preferences, onEdit } = options;
  const { path, name } = options.file;
  const { store, openFile } = useStudio();
  const parent = useRef<HTMLDivElement>(null);
  const [problem, setProblem] = useState<string>();
  const [loading, setLoading] = useState(true);
  const current: Signal<CodeEditor | undefined> = useMemo(() => signal(undefined), [path]);
  const position: Signal<EditorPosition | undefined> = useMemo(() => signal(undefined), [path]);

  useEffect(() => {
    const ending = new AbortController();
    const { saver, view } = text;
    const report = (thrown: unknown) => {
      if (!ending.signal.aborted) setProblem(asPeerServerError(thrown, 'storage-failed').message);
    };

    const readStored = async () => decodeText(await store.read(path, { signal: ending.signal }));

    async function load(): Promise<void> {
      // The editor's code is the largest part of the studio: it comes when the first file is opened.
      const coming = import('./code-editor.ts');
      // What was typed last may still be on its way to the store; the store's text would be an older one.
      await saver.flush();
      const stored = await readStored();
      const { createCodeEditor } = await coming;
      if (ending.signal.aborted || !parent.current) return;
      const { kept } = view;
      const editor = createCodeEditor({
        parent: parent.current,
        label: name,
        language: languageOfFile(path),
        site: knowledge(path),
        checkSettings: path === 'peerserver.json' ? checkSettings : undefined,
        preferences: preferences.current.peek(),
        // On a touch screen that would bring the keyboard up before anything can be read.
        focus: !matchMedia('(pointer: coarse)').matches,
        from: kept ?? { text: saver.unsaved() ?? stored },
        onChange(next) {
          saver.edit(next);
          onEdit();
        },
        onPosition: (next) => {
          position.value = next;
        },
        onError: report,
      });
      // What could not be stored is newer than what is; else the file may have changed meanwhile.
      editor.setText(saver.unsaved() ?? stored);
      current.value = editor;
      setLoading(false);
    }

    /** The file was changed from elsewhere (an upload, discarded changes): the editor follows. */
    async function follow(): Promise<void> {
      const editor = current.peek();
      if (!editor || saver.unsaved() !== undefined) return;
      const stored = await readStored();
      if (ending.signal.aborted || saver.unsaved() !== undefined || stored === editor.text())
        return;
      editor.setText(stored);
    }

    const stopFollowing = store.subscribe((change) => {
      const present = store.list().some((file) => file.path === path);
      if (present && change.draft.includes(path)) follow().catch(report);
    });
    const stopGoing = effect(() => {
      if (openFile.place.value?.path === path) current.value?.selectLine(openFile.place.value.line);
    });
    const stopPreferences = effect(() => current.value?.setPreferences(preferences.current.value));
    load().catch(report);

    return () => {
      ending.abort();
      stopFollowing();
      stopGoing();
      stopPreferences();
      view.kept = current.peek()?.close() ?? view.kept;
      // Another file is opened: what was typed last is stored before its pause is over.
      void saver.flush();
      current.value = undefined;
    };
  }, [path, name, text, store, openFile, knowledge, preferences, current, position, onEdit]);

  useEffect(() => effect(() => current.value?.setCompileProblem(error)), [current, error]);

  return { parent, editor: current, position, problem, loading };
}

/** What the rules for `peerserver.json` say about a text. */
function checkSettings(text: string): readonly LineProblem[] {
  const parsed = parseSettings(text, 0);
  const entries = parsed.ok ? parsed.warnings : parsed.problems;
  return entries.map((entry) => ({
    line: entry.place?.line,
    severity: entry.level === 'error' ? 'error' : 'warning',
    message: entry.hint === undefined ? entry.text : `${entry.text} ${entry.hint}`,
  }));
}
