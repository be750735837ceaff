import { batchOfFiles } from './upload-tree.ts';
import type { Uploader } from './uploader.ts';

export interface ChooserOptions {
  /** A whole folder instead of files. */
  readonly directory?: boolean;
  /** Where they go, with a slash at the end; by default where their names say. */
  readonly folder?: string;
}

/** Lets somebody choose files, or a whole folder, and uploads them. */
export function chooseAndUpload(
  uploader: Uploader,
  { directory = false, folder }: ChooserOptions = {},
): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.multiple = !directory;
  input.webkitdirectory = directory;
  input.hidden = true;
  input.ariaLabel = directory ? 'Folder to upload' : 'Files to upload';
  input.addEventListener('change', () => {
    const chosen = [...(input.files ?? [])];
    const options = folder === undefined ? {} : { folder };
    void uploader.upload(async () => batchOfFiles(chosen), options);
    input.remove();
  });
  input.addEventListener('cancel', () => input.remove());
  // In the document: one that nothing holds might be collected while the chooser is open.
  document.body.append(input);
  input.click();
}
