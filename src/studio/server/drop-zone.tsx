import { useEffect, useState } from 'preact/hooks';
import { type DroppedEntry, entryOfFile, walkEntries } from '../state/upload-tree.ts';
import type { Uploader } from '../state/uploader.ts';

/** Takes files and folders dropped anywhere on the page, and shows that it would. */
export function DropZone({ uploader }: { readonly uploader: Uploader }) {
  const [over, setOver] = useState(false);
  useEffect(() => {
    // Entering a child fires before leaving its parent: only leaving the window counts as gone.
    const enter = (event: DragEvent) => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      setOver(true);
    };
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent) => {
      setOver(false);
      if (!holdsFiles(event)) return;
      event.preventDefault();
      // The entries must be taken now: the list is empty once this handler has returned.
      const entries = [...(event.dataTransfer?.items ?? [])].flatMap(toEntry);
      void uploader.upload((signal) => walkEntries(entries, signal));
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
  }, [uploader]);
  if (!over) return null;
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
