import type { ReadonlySignal } from '@preact/signals';
import type { SiteLogEntry, SiteStore } from '../host.ts';
import type { FileActions } from '../state/file-actions.ts';
import type { NamedFile } from '../state/file-path.ts';
import type { OpenPlace } from '../state/open-file.ts';
import { FileToolbar } from './file-toolbar.tsx';
import { SaveLine } from './save-line.tsx';
import { useTextEditor } from './use-text-editor.ts';

interface TextPaneProps {
  readonly file: NamedFile;
  /** What keeps the file's code from running. */
  readonly error: SiteLogEntry | undefined;
  /** Where in which file the reader wants to be. */
  readonly place: ReadonlySignal<OpenPlace | undefined>;
  readonly serverName: string;
  readonly store: SiteStore;
  readonly actions: FileActions;
}

/** A text file in the editor. What is typed is kept as a draft; publishing makes it live. */
export function TextPane({ file, error, place, serverName, store, actions }: TextPaneProps) {
  const { parent, saver, problem, loading } = useTextEditor(file, place, serverName, store);
  const status = saver.status.value;
  const dirty = file.status !== 'live' || status.kind === 'editing' || status.kind === 'failed';

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

  return (
    <>
      <FileToolbar
        file={file}
        actions={actions}
        status={<SaveLine status={status} fileStatus={file.status} error={error} />}
        beforeRename={() => saver.flush()}
        beforeRemove={() => storeLast()}
      >
        <button type="button" class="button small" disabled={!dirty} onClick={() => void discard()}>
          Discard changes
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
    </>
  );
}
