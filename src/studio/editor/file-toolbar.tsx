import { Pencil, Trash2 } from 'lucide';
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { Icon } from '../elements/icon.tsx';
import type { FileActions } from '../files/actions/file-actions.ts';
import { PathDialog } from '../files/actions/path-dialog.tsx';
import type { NamedFile } from '../files/names/file-path.ts';

interface FileToolbarProps {
  readonly file: NamedFile;
  readonly actions: FileActions;
  /** What is known about the file, beside its name. */
  readonly status: ComponentChildren;
  /** Stores what was typed, before the file is renamed; resolves with whether that worked. */
  readonly beforeRename?: () => Promise<boolean>;
  /** Stores what was typed, before the file is removed, so that nothing is written after. */
  readonly beforeRemove?: () => Promise<void>;
  /** Small buttons, before those that every file has. */
  readonly tools?: ComponentChildren;
  /** Further buttons, after those. */
  readonly children?: ComponentChildren;
}

const NOT_STORED = 'Your latest changes could not be stored. Publish or discard them first.';

/** The open file's name and what can be done to it as a whole. */
export function FileToolbar({
  file,
  actions,
  status,
  tools,
  children,
  ...before
}: FileToolbarProps) {
  const [naming, setNaming] = useState(false);

  async function remove(): Promise<void> {
    await before.beforeRemove?.();
    await actions.remove(file.path);
  }

  return (
    <div class="toolbar">
      <div class="toolbar-name">
        {/* Its tab says it to those who see it. */}
        <h2 class="visually-hidden">{file.name}</h2>
        {status}
      </div>
      {/* By the mouse, a button leaves the focus in the text. */}
      <div
        class="toolbar-buttons"
        role="toolbar"
        aria-label="File"
        onMouseDown={(event) => event.preventDefault()}
      >
        {tools}
        <button
          type="button"
          class="icon-button"
          aria-label="Rename"
          title="Rename"
          onClick={() => setNaming(true)}
        >
          <Icon node={Pencil} />
        </button>
        <button
          type="button"
          class="icon-button"
          aria-label="Delete"
          title="Delete"
          onClick={() => void remove()}
        >
          <Icon node={Trash2} />
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
