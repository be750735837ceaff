import { useId, useState } from 'preact/hooks';
import { ConfirmDialog, Dialog } from '../../elements/dialog.tsx';
import { countFiles } from '../../elements/wording.ts';
import { nameOfPath } from '../names/file-names.ts';
import type { NamedFile } from '../names/file-path.ts';
import { isIn, nameOfFolder, parseFolderName } from '../names/folder-names.ts';
import { newFileOf } from '../names/new-file.ts';
import { type FileGroup, nextMigrationNumber } from '../tree/file-groups.ts';
import type { FileActions } from './file-actions.ts';
import { PathDialog } from './path-dialog.tsx';

/** What is asked before something is done to files. Paths of folders end with a slash. */
export type Question =
  /** In a folder; '' leaves the place to the name. */
  | { readonly kind: 'new-file'; readonly folder: string }
  | { readonly kind: 'new-in-group'; readonly group: FileGroup }
  | { readonly kind: 'new-folder'; readonly folder: string }
  | { readonly kind: 'rename'; readonly path: string }
  | { readonly kind: 'move'; readonly paths: readonly string[] }
  | { readonly kind: 'delete'; readonly paths: readonly string[]; readonly files: number };

interface FileDialogsProps {
  readonly question: Question | undefined;
  readonly files: readonly NamedFile[];
  readonly project: boolean;
  /** Those that hold nothing yet. */
  readonly emptyFolders: readonly string[];
  readonly actions: FileActions;
  readonly onFolder: (folder: string) => void;
  readonly onClose: () => void;
}

/** The dialog for a question, if there is one. */
export function FileDialogs(props: FileDialogsProps) {
  const { question, files, project, actions, onFolder, onClose } = props;
  if (!question) return null;
  switch (question.kind) {
    case 'new-file':
      return (
        <PathDialog
          title="New file"
          initial={beginningIn(question.folder, project)}
          confirmLabel="Create file"
          more={project ? 'a route lies in routes/: routes/about.ts' : undefined}
          onConfirm={(path) => actions.create(path)}
          onClose={onClose}
        />
      );
    case 'new-in-group': {
      const kind = newFileOf(question.group);
      const number = nextMigrationNumber(files.map(({ path }) => path));
      return (
        <PathDialog
          title={question.group.createLabel}
          label={kind.label}
          placeholder={kind.placeholder}
          note={kind.note(number)}
          initial=""
          confirmLabel="Create file"
          onConfirm={(typed) => {
            const made = kind.make(typed, number);
            return made.ok
              ? actions.create(made.path, made.content)
              : Promise.resolve(made.message);
          }}
          onClose={onClose}
        />
      );
    }
    case 'new-folder':
      return (
        <PathDialog
          title="New folder"
          label="Folder"
          placeholder="photos"
          note="It is kept as soon as there is a file in it."
          initial={beginningIn(question.folder, project)}
          confirmLabel="Create folder"
          onConfirm={async (typed) => {
            const parsed = parseFolderName(typed, project);
            if (!parsed.ok) return parsed.message;
            if (files.some((file) => isIn(file.path, parsed.path))) {
              return 'There is such a folder already.';
            }
            onFolder(parsed.path);
            return undefined;
          }}
          onClose={onClose}
        />
      );
    case 'rename': {
      const { path } = question;
      const folder = path.endsWith('/');
      const name = folder ? nameOfFolder(path, project).slice(0, -1) : nameOfPath(path, project);
      return (
        <PathDialog
          title={`Rename ${name}`}
          label={folder ? 'Folder' : 'Path'}
          initial={name}
          confirmLabel="Rename"
          onConfirm={(typed) => actions.rename(path, typed)}
          onClose={onClose}
        />
      );
    }
    case 'move':
      return <MoveDialog {...props} paths={question.paths} />;
    case 'delete':
      return (
        <ConfirmDialog
          title={`Delete ${countFiles(question.files)}?`}
          message="They are too large to be brought back afterwards: this cannot be undone."
          confirmLabel="Delete"
          onConfirm={() => {
            onClose();
            void actions.removeAll(question.paths);
          }}
          onClose={onClose}
        />
      );
  }
}

/** What the name of a file in a folder begins with; what lies in `public/` has its bare name. */
function beginningIn(folder: string, project: boolean): string {
  if (folder === '' || (project && folder === 'public/')) return '';
  return nameOfFolder(folder, project);
}

interface MoveDialogProps extends FileDialogsProps {
  readonly paths: readonly string[];
}

/** Asks for a folder: one of those there are. */
function MoveDialog(props: MoveDialogProps) {
  const { paths, files, project, emptyFolders, actions, onClose } = props;
  const [folder, setFolder] = useState(project ? 'public/' : '');
  const [problem, setProblem] = useState<string>();
  const id = useId();
  const folders = foldersOf(files, project, emptyFolders).filter(
    (path) => !paths.some((moved) => moved.endsWith('/') && path.startsWith(moved)),
  );
  return (
    <Dialog
      title={paths.length === 1 ? 'Move to a folder' : `Move ${paths.length} items`}
      onClose={onClose}
    >
      <form
        onSubmit={async (event) => {
          event.preventDefault();
          const wrong = await actions.moveInto(paths, folder);
          if (wrong === undefined) onClose();
          else setProblem(wrong);
        }}
      >
        <label class="field-label" for={id}>
          Folder
        </label>
        <select
          id={id}
          class="text-field"
          value={folder}
          onChange={({ currentTarget }) => {
            setFolder(currentTarget.value);
            setProblem(undefined);
          }}
        >
          {folders.map((path) => (
            <option key={path} value={path}>
              {path === '' ? 'Top of the site' : nameOfFolder(path, project)}
            </option>
          ))}
        </select>
        <p class={problem ? 'field-note wrong' : 'field-note'} aria-live="polite">
          {problem ?? 'For another folder, rename the file: photos/cat.jpg'}
        </p>
        <div class="button-row end">
          <button type="button" class="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" class="button primary">
            Move
          </button>
        </div>
      </form>
    </Dialog>
  );
}

const PROJECT_FOLDERS = ['', 'public/', 'routes/', 'templates/', 'migrations/'];

/** All folders that hold something, and the places where files can always go. */
function foldersOf(
  files: readonly NamedFile[],
  project: boolean,
  emptyFolders: readonly string[],
): string[] {
  const found = new Set(emptyFolders);
  for (const place of project ? PROJECT_FOLDERS : ['']) found.add(place);
  for (const { path } of files) {
    for (let slash = path.indexOf('/'); slash !== -1; slash = path.indexOf('/', slash + 1)) {
      found.add(path.slice(0, slash + 1));
    }
  }
  return [...found].sort();
}
