import { type Signal, signal } from '@preact/signals';
import { CircleAlert, GitCompare, Search, Undo2, WandSparkles } from 'lucide';
import type { ComponentChildren } from 'preact';
import { useMemo } from 'preact/hooks';
import { Icon } from '../elements/icon.tsx';
import type { FileActions } from '../files/actions/file-actions.ts';
import type { NamedFile } from '../files/names/file-path.ts';
import type { SiteLogEntry } from '../host.ts';
import { useCommands, useStudio } from '../session/studio.ts';
import { EditorStatus } from './editor-status.tsx';
import { FileToolbar } from './file-toolbar.tsx';
import { formatterOf } from './format/formatter.ts';
import { formatText } from './format-text.ts';
import { languageOfFile } from './language-of-file.ts';
import type { SiteKnowledge } from './languages.ts';
import type { OpenText } from './open-texts.ts';
import type { Preferences } from './preferences.ts';
import { SaveLine } from './save-line.tsx';
import { textCommands } from './text-commands.ts';
import { useComparison } from './use-comparison.ts';
import { useTextEditor } from './use-text-editor.ts';

interface TextPaneProps {
  readonly file: NamedFile;
  readonly text: OpenText;
  /** What keeps the file's code from running. */
  readonly error: SiteLogEntry | undefined;
  readonly actions: FileActions;
  readonly knowledge: (path: string) => SiteKnowledge;
  readonly preferences: Preferences;
  readonly onEdit: () => void;
  /** What is said about the site, below the text. */
  readonly foot: ComponentChildren;
}

/** A text file in the editor. What is typed is kept as a draft; publishing makes it live. */
export function TextPane({
  file,
  text,
  error,
  actions,
  knowledge,
  preferences,
  onEdit,
  foot,
}: TextPaneProps) {
  const studio = useStudio();
  const { saver } = text;
  const opened = useTextEditor({ file, text, error, knowledge, preferences, onEdit });
  const { parent, editor, position, problem, loading } = opened;
  const comparison = useComparison(file, text, editor, studio);
  const formatting: Signal<boolean> = useMemo(() => signal(false), []);
  const language = languageOfFile(file.path);
  const status = saver.status.value;
  const dirty = file.status !== 'live' || status.kind === 'editing' || status.kind === 'failed';
  const problems = position.value?.problems ?? 0;

  /** What cannot be stored goes with the file: it must not bring the file back later. */
  async function storeLast(): Promise<void> {
    await saver.flush();
    saver.reset();
  }

  /** What was typed last becomes part of the draft first: the editor follows a draft that is put back. */
  async function discard(): Promise<void> {
    await storeLast();
    await actions.discard(file.path);
  }

  async function putInOrder(): Promise<void> {
    if (!editor.peek() || formatting.peek()) return;
    formatting.value = true;
    const message = await formatText(editor.peek(), language, file.path);
    formatting.value = false;
    if (message !== undefined) studio.toaster.show({ message });
  }

  useCommands(
    () =>
      textCommands({
        run: (action) => editor.peek()?.run(action),
        format: formatterOf(language) && (() => void putInOrder()),
        showChanges: () => comparison.toggle(),
        discard: () => void discard(),
        preferences,
      }),
    [editor, language, file.path, comparison, preferences],
  );

  return (
    <>
      <FileToolbar
        file={file}
        actions={actions}
        status={<SaveLine status={status} fileStatus={file.status} error={error} />}
        beforeRename={() => saver.flush()}
        beforeRemove={() => storeLast()}
        tools={
          <>
            <button
              type="button"
              class={problems > 0 ? 'icon-button counted wrong' : 'icon-button counted'}
              aria-label={describeProblems(problems)}
              title={describeProblems(problems)}
              disabled={problems === 0}
              onClick={() => editor.peek()?.run('listProblems')}
            >
              <Icon node={CircleAlert} />
              {problems > 0 && <span aria-hidden="true">{problems}</span>}
            </button>
            <button
              type="button"
              class="icon-button"
              aria-label="Find and replace"
              title="Find and replace"
              onClick={() => editor.peek()?.run('find')}
            >
              <Icon node={Search} />
            </button>
            <button
              type="button"
              class="icon-button"
              aria-label="Format"
              title="Format"
              disabled={formatterOf(language) === undefined}
              aria-busy={formatting.value}
              onClick={() => void putInOrder()}
            >
              <Icon node={WandSparkles} />
            </button>
            <button
              type="button"
              class="icon-button"
              aria-label="Show changes"
              title="Show changes"
              aria-pressed={comparison.shown.value}
              onClick={() => comparison.toggle()}
            >
              <Icon node={GitCompare} />
            </button>
          </>
        }
      >
        <button
          type="button"
          class="icon-button"
          aria-label="Discard changes"
          title="Discard changes"
          disabled={!dirty}
          onClick={() => void discard()}
        >
          <Icon node={Undo2} />
        </button>
        <button
          type="button"
          class="button small primary"
          disabled={!dirty}
          onClick={() => void saver.publish()}
        >
          Publish
        </button>
      </FileToolbar>
      {problem && (
        <p class="notice danger" role="alert">
          {problem}
        </p>
      )}
      <div class="editor" ref={parent} aria-busy={loading} />
      <EditorStatus
        position={position}
        comparing={comparison.shown.value}
        onGoToLine={() => editor.peek()?.run('goToLine')}
      >
        {foot}
      </EditorStatus>
    </>
  );
}

function describeProblems(count: number): string {
  if (count === 0) return 'No problems';
  return count === 1 ? '1 problem' : `${count} problems`;
}
