import { useState } from 'preact/hooks';
import type { DatabaseActions } from '../state/database-actions.ts';
import type { FileActions } from '../state/file-actions.ts';
import type { NamedFile } from '../state/file-path.ts';
import type { Uploader } from '../state/uploader.ts';
import { countFiles } from '../state/wording.ts';
import { DatabaseTools } from './database-tools.tsx';
import { FileList } from './file-list.tsx';
import { PathDialog } from './path-dialog.tsx';
import { UploadButtons } from './upload-buttons.tsx';

interface FileSidebarProps {
  readonly files: readonly NamedFile[];
  /** Whether the site has code. */
  readonly project: boolean;
  readonly selected: string | undefined;
  readonly actions: FileActions;
  readonly uploader: Uploader;
  readonly database: DatabaseActions;
  readonly onOpen: (path: string) => void;
}

/** The site's files, and ways to add some. */
export function FileSidebar({
  files,
  project,
  selected,
  actions,
  uploader,
  database,
  onOpen,
}: FileSidebarProps) {
  const [naming, setNaming] = useState(false);
  return (
    <aside class="sidebar" aria-label="Files">
      <div class="sidebar-head">
        <h2>Files</h2>
        <span class="file-count">{countFiles(files.length)}</span>
        <button type="button" class="button small" onClick={() => setNaming(true)}>
          New file
        </button>
      </div>
      <FileList files={files} selected={selected} onOpen={onOpen} />
      <UploadButtons uploader={uploader} />
      {project && <DatabaseTools actions={database} />}
      {naming && (
        <PathDialog
          title="New file"
          initial=""
          confirmLabel="Create file"
          more={project ? 'a route lies in routes/: routes/about.ts' : undefined}
          onConfirm={(path) => actions.create(path)}
          onClose={() => setNaming(false)}
        />
      )}
    </aside>
  );
}
