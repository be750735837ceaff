import { FilePlus, FolderUp, Search, Upload } from 'lucide';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { systemClock } from '../../protocol/clock.ts';
import { Icon } from '../elements/icon.tsx';
import { countFiles } from '../elements/wording.ts';
import { useStudio } from '../session/studio.ts';
import type { FileActions } from './actions/file-actions.ts';
import { FileDialogs } from './actions/file-dialogs.tsx';
import { useFileCommands } from './actions/use-file-commands.ts';
import { isProject } from './names/file-names.ts';
import type { NamedFile } from './names/file-path.ts';
import { SearchPanel } from './search/search-panel.tsx';
import { createSearchState } from './search/search-state.ts';
import { startSearchWorker } from './search/start-search-worker.ts';
import { FileList } from './tree/file-list.tsx';
import { RowMenu } from './tree/row-menu.tsx';
import { SelectionBar } from './tree/selection-bar.tsx';
import { createTreeState } from './tree/tree-state.ts';
import { useFileList } from './tree/use-file-list.ts';
import { useRowDoings } from './tree/use-row-doings.ts';
import { useTreeDrag } from './tree/use-tree-drag.ts';
import { chooseAndUpload } from './upload/upload-chooser.ts';
import { UploadQuestions } from './upload/upload-questions.tsx';
import type { Uploader } from './upload/uploader.ts';
import { usePastedFiles } from './upload/use-pasted-files.ts';

interface FilesPanelProps {
  readonly files: readonly NamedFile[];
  /** The path of the file that is open. */
  readonly selected: string | undefined;
  readonly actions: FileActions;
  readonly uploader: Uploader;
  readonly onOpen: (path: string) => void;
}

/** The site's files in their groups, and all that can be done to them. */
export function FilesPanel({ files, selected, actions, uploader, onOpen }: FilesPanelProps) {
  const { session, openFile, store } = useStudio();
  const project = useMemo(() => isProject(files.map(({ path }) => path)), [files]);
  const tree = useMemo(() => createTreeState(localStorage, session.name), [session.name]);
  const panel = useRef<HTMLElement>(null);
  const searchButton = useRef<HTMLButtonElement>(null);
  const [searching, setSearching] = useState(0);
  const latest = useRef(files);
  latest.current = files;
  const search = useMemo(
    () =>
      createSearchState({
        store,
        files: () => latest.current,
        startWorker: startSearchWorker,
        clock: systemClock,
      }),
    [store],
  );
  const openSearch = ({ folder }: { readonly folder: string }) => {
    search.folder.value = folder;
    setSearching((times) => times + 1);
    // What was looked for before is looked for here.
    void search.search();
  };
  const doings = useRowDoings({ files, project, actions, uploader, tree, onOpen, openSearch });
  const list = useFileList({
    files,
    project,
    tree,
    openPath: selected,
    onOpen: (row) => {
      if (row.kind === 'database-link') openFile.show('database');
      else onOpen(row.key);
    },
    onRename: (path) => doings.ask('rename', path),
    onDelete: (paths) => doings.remove(paths),
  });
  const drag = useTreeDrag({ tree, actions, project });
  usePastedFiles(panel, uploader);
  useFileCommands({ actions, uploader, doings, project, openSearch });

  // Folders that are new are for something: it shall be seen.
  useEffect(() => {
    const newest = tree.emptyFolders.value.at(-1);
    if (newest !== undefined) list.want(newest, true);
  }, [tree.emptyFolders.value]);

  return (
    <aside ref={panel} class="sidebar files-panel" aria-label="Files" {...drag.handlers}>
      <div class="sidebar-head">
        <h2>Files</h2>
        <span class="file-count">{countFiles(files.length)}</span>
        <button
          ref={searchButton}
          type="button"
          class="icon-button"
          aria-label="Search in all files"
          title="Search in all files"
          onClick={() => openSearch({ folder: '' })}
        >
          <Icon node={Search} />
        </button>
        <button type="button" class="button small" onClick={() => doings.ask('new-file', '')}>
          <Icon node={FilePlus} size={16} />
          New file
        </button>
      </div>
      {searching > 0 ? (
        <SearchPanel
          search={search}
          asked={searching}
          project={project}
          onOpen={(path, line) => openFile.open(path, line)}
          onClose={() => {
            setSearching(0);
            // The field that had the focus is gone.
            searchButton.current?.focus();
          }}
        />
      ) : (
        <>
          <input
            class="text-field filter"
            type="search"
            aria-label="Filter files"
            placeholder="Filter files"
            value={tree.filter.value}
            onInput={(event) => {
              tree.filter.value = event.currentTarget.value;
            }}
            onKeyDown={(event) => {
              const first = list.rows.find((row) => row.kind === 'file');
              if (event.key !== 'ArrowDown' || !first) return;
              event.preventDefault();
              list.want(first.key, true);
            }}
          />
          <FileList
            rows={list.rows}
            selection={tree.selection.value}
            openPath={selected}
            target={drag.target}
            wanted={list.wanted}
            events={{
              onClick: list.onClick,
              onMenu: doings.openMenu,
              onCreate: doings.createIn,
              onDragStart: drag.onDragStart,
            }}
            onKeyDown={list.onKeyDown}
          />
          {list.rows.length === 0 && <p class="empty-note">No file matches.</p>}
        </>
      )}
      <SelectionBar selection={tree.selection} doings={doings} />
      <div class="upload-buttons">
        <button type="button" class="button small" onClick={() => chooseAndUpload(uploader)}>
          <Icon node={Upload} size={16} />
          Upload files
        </button>
        <button
          type="button"
          class="button small"
          onClick={() => chooseAndUpload(uploader, { directory: true })}
        >
          <Icon node={FolderUp} size={16} />
          Upload folder
        </button>
        <p>or drop or paste them anywhere</p>
      </div>
      {doings.menu && (
        <RowMenu
          label={doings.menu.label}
          place={doings.menu.place}
          items={doings.menu.items}
          onClose={(chose) => {
            const key = doings.menu?.key;
            doings.closeMenu();
            if (!chose && key !== undefined) list.want(key, true);
          }}
        />
      )}
      <FileDialogs
        question={doings.question}
        files={files}
        project={project}
        emptyFolders={tree.emptyFolders.value}
        actions={actions}
        onFolder={(folder) => {
          tree.addFolder(folder);
          tree.reveal(folder, project);
        }}
        onClose={doings.closeQuestion}
      />
      <UploadQuestions uploader={uploader} />
    </aside>
  );
}
