import { useState } from 'preact/hooks';
import { siteOrigin } from '../../../address/address.ts';
import { asPeerServerError } from '../../../protocol/errors.ts';
import type { MenuItem } from '../../elements/menu.tsx';
import { MAX_UNDO_BYTES } from '../../host.ts';
import { useStudio } from '../../session/studio.ts';
import { downloadFiles } from '../actions/download-files.ts';
import type { FileActions } from '../actions/file-actions.ts';
import type { Question } from '../actions/file-dialogs.tsx';
import type { NamedFile } from '../names/file-path.ts';
import { isIn } from '../names/folder-names.ts';
import { chooseAndUpload } from '../upload/upload-chooser.ts';
import type { Uploader } from '../upload/uploader.ts';
import type { FileGroup } from './file-groups.ts';
import type { TreeRow } from './file-tree.ts';
import { menuOfRow, type RowDoings } from './row-actions.ts';
import type { MenuPlace } from './row-menu.tsx';
import { textOfRow } from './tree-keys.ts';
import { choosingOne, isChoosable, targetsOf } from './tree-selection.ts';
import type { TreeState } from './tree-state.ts';

export interface RowDoingsOptions {
  readonly files: readonly NamedFile[];
  readonly project: boolean;
  readonly actions: FileActions;
  readonly uploader: Uploader;
  readonly tree: TreeState;
  readonly onOpen: (path: string) => void;
  readonly openSearch: (place: { readonly folder: string }) => void;
}

interface OpenMenu {
  readonly key: string;
  readonly label: string;
  readonly place: MenuPlace;
  readonly items: readonly MenuItem[];
}

export interface RowDoingsControl extends RowDoings {
  readonly menu: OpenMenu | undefined;
  readonly question: Question | undefined;
  openMenu(row: TreeRow, event: MouseEvent): void;
  closeMenu(): void;
  closeQuestion(): void;
  createIn(group: FileGroup): void;
}

/** What can be done from a row, with the menus and questions that lead to it. */
export function useRowDoings(options: RowDoingsOptions): RowDoingsControl {
  const { files, project, actions, uploader, tree } = options;
  const { config, server, store, toaster } = useStudio();
  const [menu, setMenu] = useState<OpenMenu>();
  const [question, setQuestion] = useState<Question>();

  const report = (thrown: unknown) =>
    toaster.show({ message: asPeerServerError(thrown, 'storage-failed').message });

  const doings: RowDoings = {
    open: options.onOpen,
    ask: (kind: 'rename' | 'new-file' | 'new-folder', place: string) =>
      setQuestion(kind === 'rename' ? { kind, path: place } : { kind, folder: place }),
    move: (paths) => setQuestion({ kind: 'move', paths }),
    duplicate: (path) => void actions.duplicate(path),
    download: (paths) => {
      downloadFiles({ paths, files, store, siteName: server.name }).catch(report);
    },
    copyAddress: (address) => {
      const url = new URL(address, siteOrigin(server.name, config.deployment));
      navigator.clipboard
        .writeText(url.href)
        .then(() => toaster.show({ message: `Copied ${url.href}` }), report);
    },
    remove(paths) {
      // Of an empty folder there is nothing in the site.
      const stored = paths.filter((path) => files.some((file) => isIn(file.path, path)));
      for (const path of paths) if (path.endsWith('/')) tree.removeFolder(path);
      const gone = files.filter((file) => stored.some((path) => isIn(file.path, path)));
      if (gone.length === 0) return;
      const kept = store.keep(gone.map(({ path }) => path));
      kept.release();
      if (kept.bytes > MAX_UNDO_BYTES) {
        setQuestion({ kind: 'delete', paths: stored, files: gone.length });
      } else void actions.removeAll(stored);
    },
    upload: (folder) => chooseAndUpload(uploader, { folder }),
    searchIn: (folder) => options.openSearch({ folder }),
  };

  return {
    ...doings,
    menu,
    question,
    openMenu(row, event) {
      const chosen = targetsOf(tree.selection.peek(), row.key);
      const items = menuOfRow(row, chosen, project, doings);
      if (items.length === 0) return;
      event.preventDefault();
      if (isChoosable(row) && chosen.length <= 1) tree.selection.value = choosingOne(row.key);
      setMenu({
        key: row.key,
        label: `Actions for ${textOfRow(row)}`,
        place: placeOf(event),
        items,
      });
    },
    closeMenu: () => setMenu(undefined),
    closeQuestion: () => setQuestion(undefined),
    createIn: (group) => setQuestion({ kind: 'new-in-group', group }),
  };
}

/** At the pointer; a key, and the button of the row, open it below the element. */
function placeOf(event: MouseEvent): MenuPlace {
  const element = event.currentTarget;
  const byButton = event.type !== 'contextmenu';
  // Chromium places the event of a key at the element, Firefox at 0, 0.
  if (element instanceof Element && (byButton || (event.clientX === 0 && event.clientY === 0))) {
    const { left, bottom } = element.getBoundingClientRect();
    return { x: left, y: bottom + 2 };
  }
  return { x: event.clientX, y: event.clientY };
}
