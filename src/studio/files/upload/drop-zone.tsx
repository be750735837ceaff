import { useEffect, useState } from 'preact/hooks';
import { useStudio } from '../../session/studio.ts';
import { isProject } from '../names/file-names.ts';
import { folderOfDrop } from '../tree/use-tree-drag.ts';
import { type DroppedEntry, entryOfFile, walkEntries } from './upload-tree.ts';
import type { Uploader } from './uploader.ts';

/** Takes files and folders dropped anywhere on the page, and shows that it would. */
export function DropZone({ uploader }: { readonly uploader: Uploader }) {
  const { session } = useStudio();
  const [over, setOver] = useState<'page' | 'list'>();
  useEffect(() => {
    const project = () => isProject(session.files.peek().map(({ path }) => path));
    // Entering a child fires before leaving its parent: only leaving the window counts as gone.
    const enter = (event: DragEvent) => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      // The list shows by itself which folder it would be.
      setOver(folderOfDrop(event, project()) === undefined ? 'page' : 'list');
    };
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) setOver(undefined);
    };
    const drop = (event: DragEvent) => {
      setOver(undefined);
      if (!holdsFiles(event)) return;
      event.preventDefault();
      const folder = folderOfDrop(event, project());
      // The entries must be taken now: the list is empty once this handler has returned.
      const entries = [...(event.dataTransfer?.items ?? [])].flatMap(toEntry);
      // One folder dropped alone is the site itself, but in a folder of the list it is a folder more.
      const gather = (signal: AbortSignal) =>
        walkEntries(entries, signal, { keepFolder: folder !== undefined });
      void uploader.upload(gather, folder === undefined ? {} : { folder });
    };
    // In capture, so that the editor does not insert a dropped file as text.
    const options = { capture: true };
    window.addEventListener('dragenter', enter, options);
    window.addEventListener('dragover', enter, options);
    window.addEventListener('dragleave', leave, options);
    window.addEventListener('drop', drop, options);
    return () => {
      window.removeEventListener('dragenter', enter, options);
      window.removeEventListener('dragover', enter, options);
      window.removeEventListener('dragleave', leave, options);
      window.removeEventListener('drop', drop, options);
    };
  }, [uploader, session]);
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

function holdsFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes('Files') ?? false;
}
