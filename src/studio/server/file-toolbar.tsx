import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { FileActions } from '../state/file-actions.ts';
import type { NamedFile } from '../state/file-path.ts';
import { PathDialog } from './path-dialog.tsx';

interface FileToolbarProps {
  readonly file: NamedFile;
  readonly actions: FileActions;
  /** What is known about the file, beside its name. */
  readonly status: ComponentChildren;
  /** Stores what was typed, before the file is renamed; resolves with whether that worked. */
  readonly beforeRename?: () => Promise<boolean>;
  /** Stores what was typed, before the file is removed, so that nothing is written after. */
  readonly beforeRemove?: () => Promise<void>;
  /** Further buttons, after those that every file has. */
  readonly children?: ComponentChildren;
}

const NOT_STORED = 'Your latest changes could not be stored. Publish or discard them first.';

/** The open file's name and what can be done to it as a whole. */
export function FileToolbar({ file, actions, status, children, ...before }: FileToolbarProps) {
  const [naming, setNaming] = useState(false);

  async function remove(): Promise<void> {
    await before.beforeRemove?.();
    await actions.remove(file.path);
  }

  return (
    <div class="toolbar">
      <div class="toolbar-name">
        <h2 title={file.path}>{file.name}</h2>
        {status}
      </div>
      <div class="button-row">
        <button type="button" class="button small" onClick={() => setNaming(true)}>
          Rename
        </button>
        <button type="button" class="button small" onClick={() => void remove()}>
          Delete
        </button>
        {children}
      </div>
      {naming && (
        <PathDialog
          title={`Rename ${file.name}`}
          initial={file.name}
          confirmLabel="Rename"
          onConfirm={async (path) => {
            if ((await before.beforeRename?.()) === false) return NOT_STORED;
            return actions.rename(file.path, path);
          }}
          onClose={() => setNaming(false)}
        />
      )}
    </div>
  );
}
