import type { Brought } from './found-site.ts';

/**
 * Opens the browser's chooser for a folder, or for one zip.
 * @param onChosen is not called when somebody thinks better of it
 */
export function chooseFiles(
  what: 'folder' | 'zip',
  onChosen: (files: readonly File[]) => void,
): void {
  const input = document.createElement('input');
  input.type = 'file';
  if (what === 'folder') input.webkitdirectory = true;
  else input.accept = '.zip,application/zip';
  input.addEventListener('change', () => {
    const files = [...(input.files ?? [])];
    if (files.length > 0) onChosen(files);
  });
  input.click();
}

/** What was dropped; to be called while the drop is handled, since the list is empty afterwards. */
export function broughtBy(items: readonly DataTransferItem[]): Brought {
  const entries = items.flatMap((item) => item.webkitGetAsEntry() ?? []);
  if (entries.length === items.length) return { kind: 'entries', entries };
  // What is on no disk, such as a picture dragged out of a page, has no entry.
  return { kind: 'files', files: items.flatMap((item) => item.getAsFile() ?? []) };
}
