import { useEffect, useState } from 'preact/hooks';

/**
 * Takes files and folders that are dropped anywhere on the page.
 * @param onDrop gets what was dropped, at once: its entries must be taken before it returns, since the list is
 *   empty afterwards
 * @returns whether something is being held over the page now
 */
export function useFileDrop(onDrop: (items: readonly DataTransferItem[]) => void): boolean {
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
      onDrop([...(event.dataTransfer?.items ?? [])]);
    };
    // In capture, so that no field takes the file's name as text.
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
  }, [onDrop]);
  return over;
}

function holdsFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes('Files') ?? false;
}
