import { useEffect, useState } from 'preact/hooks';

/**
 * Takes files and folders that are dropped anywhere on the page.
 * @param placeOf what lies below the pointer, in words of the caller's own
 * @param onDrop gets what was dropped, at once: its entries must be taken before it returns, since the list is
 *   empty afterwards
 * @returns the place over which something is being held now; undefined while nothing is
 */
export function useFileDrop<Place extends string>(
  placeOf: (event: DragEvent) => Place,
  onDrop: (items: readonly DataTransferItem[], event: DragEvent) => void,
): Place | undefined {
  const [over, setOver] = useState<Place>();
  useEffect(() => {
    // Entering a child fires before leaving its parent: only leaving the window counts as gone.
    const enter = (event: DragEvent) => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      setOver(placeOf(event));
    };
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) setOver(undefined);
    };
    const drop = (event: DragEvent) => {
      setOver(undefined);
      if (!holdsFiles(event)) return;
      event.preventDefault();
      onDrop([...(event.dataTransfer?.items ?? [])], event);
    };
    // In capture, so that no field or editor takes the file as text.
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
  }, [placeOf, onDrop]);
  return over;
}

function holdsFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes('Files') ?? false;
}
