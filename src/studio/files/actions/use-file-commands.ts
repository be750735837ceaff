import { useCommands, useStudio } from '../../session/studio.ts';
import { groupsOf } from '../tree/file-groups.ts';
import type { RowDoingsControl } from '../tree/use-row-doings.ts';
import { chooseAndUpload } from '../upload/upload-chooser.ts';
import type { Uploader } from '../upload/uploader.ts';
import type { FileActions } from './file-actions.ts';

export interface FileCommandsOptions {
  readonly actions: FileActions;
  readonly uploader: Uploader;
  readonly doings: RowDoingsControl;
  readonly project: boolean;
  readonly openSearch: (place: { readonly folder: string }) => void;
}

/** Offers what the files area can do to the palette and the keyboard. */
export function useFileCommands(options: FileCommandsOptions): void {
  const { actions, uploader, doings, project, openSearch } = options;
  const { areas, openFile } = useStudio();
  const group = 'Files';
  const inFiles = (run: () => void) => () => {
    openFile.show('site');
    areas.show('files');
    run();
  };
  useCommands(
    () => [
      {
        id: 'files.new',
        title: 'New file…',
        group,
        run: inFiles(() => doings.ask('new-file', '')),
      },
      ...groupsOf(project).map(
        (kind) =>
          ({
            id: `files.new-${kind.id}`,
            title: `${kind.createLabel}…`,
            group,
            run: inFiles(() => doings.createIn(kind)),
          }) as const,
      ),
      {
        id: 'files.new-folder',
        title: 'New folder…',
        group,
        run: inFiles(() => doings.ask('new-folder', '')),
      },
      {
        id: 'files.upload',
        title: 'Upload files…',
        group,
        run: () => chooseAndUpload(uploader),
      },
      {
        id: 'files.upload-folder',
        title: 'Upload folder…',
        group,
        run: () => chooseAndUpload(uploader, { directory: true }),
      },
      {
        id: 'files.search',
        title: 'Search in all files',
        group,
        keys: 'Mod-Shift-f',
        run: inFiles(() => openSearch({ folder: '' })),
      },
      {
        id: 'files.undo',
        title: 'Undo last change to files',
        group,
        enabled: () => actions.lastChange.value !== undefined,
        run: () => void actions.undo(),
      },
    ],
    [actions, uploader, project, areas, openFile],
  );
}
