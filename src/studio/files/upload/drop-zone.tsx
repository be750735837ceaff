import { useCallback } from 'preact/hooks';
import { useFileDrop } from '../../elements/use-file-drop.ts';
import { useStudio } from '../../session/studio.ts';
import { isProject } from '../names/file-names.ts';
import { folderOfDrop } from '../tree/use-tree-drag.ts';
import { type DroppedEntry, entryOfFile, walkEntries } from './upload-tree.ts';
import type { Uploader } from './uploader.ts';

/** Takes files and folders dropped anywhere on the page, and shows that it would. */
export function DropZone({ uploader }: { readonly uploader: Uploader }) {
  const { session } = useStudio();
  const folderBelow = useCallback(
    (event: DragEvent) =>
      folderOfDrop(event, isProject(session.files.peek().map(({ path }) => path))),
    [session],
  );
  const over = useFileDrop(
    // The list shows by itself which folder it would be.
    useCallback((event) => (folderBelow(event) === undefined ? 'page' : 'list'), [folderBelow]),
    useCallback(
      (items, event) => {
        const folder = folderBelow(event);
        const entries = items.flatMap(toEntry);
        // One folder dropped alone is the site itself, but in a folder of the list it is a folder more.
        const gather = (signal: AbortSignal) =>
          walkEntries(entries, signal, { keepFolder: folder !== undefined });
        void uploader.upload(gather, folder === undefined ? {} : { folder });
      },
      [uploader, folderBelow],
    ),
  );
  if (over !== 'page') return null;
  return (
    <div class="drop-zone" aria-hidden="true">
      <p>Drop files or folders to put them on your site</p>
    </div>
  );
}

/** A file that is on no disk, such as a picture dragged out of a page, has no entry and comes as it is. */
function toEntry(item: DataTransferItem): DroppedEntry[] {
  const entry = item.webkitGetAsEntry();
  if (entry) return [entry];
  const file = item.getAsFile();
  return file ? [entryOfFile(file)] : [];
}
