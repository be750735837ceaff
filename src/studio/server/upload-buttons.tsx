import { useEffect, useRef } from 'preact/hooks';
import { batchOfFiles } from '../state/upload-tree.ts';
import type { Uploader } from '../state/uploader.ts';

/** Choosers for files and for a whole folder. */
export function UploadButtons({ uploader }: { readonly uploader: Uploader }) {
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (folder.current) folder.current.webkitdirectory = true;
  }, []);

  function send(input: HTMLInputElement): void {
    const chosen = [...(input.files ?? [])];
    // Emptied, so that choosing the same files again is a change again.
    input.value = '';
    void uploader.upload(async () => batchOfFiles(chosen));
  }

  return (
    <div class="upload-buttons">
      <button type="button" class="button small" onClick={() => files.current?.click()}>
        Upload files
      </button>
      <button type="button" class="button small" onClick={() => folder.current?.click()}>
        Upload folder
      </button>
      <p>or drop them anywhere on this page</p>
      <input
        ref={files}
        type="file"
        multiple
        hidden
        aria-label="Files to upload"
        onChange={(event) => send(event.currentTarget)}
      />
      <input
        ref={folder}
        type="file"
        hidden
        aria-label="Folder to upload"
        onChange={(event) => send(event.currentTarget)}
      />
    </div>
  );
}
