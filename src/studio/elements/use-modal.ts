import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

/** A dialog over the page. */
export interface Modal {
  readonly element: RefObject<HTMLDialogElement | null>;
  /** Its `close` event; what only follows from taking it away is not told. */
  readonly onClose: () => void;
}

/**
 * Opens a dialog over the page as long as it is drawn, and gives the focus back afterwards: a browser does that
 * for a dialog that is closed, but not for one that is taken out of the page.
 * @param onClose called when somebody closes it
 */
export function useModal(onClose: () => void): Modal {
  const element = useRef<HTMLDialogElement>(null);
  // Closing it because it is no longer drawn is nobody's decision, though the browser reports that, too.
  const gone = useRef(false);
  // Not later, after the next drawing: the browser may have reported it by then.
  useLayoutEffect(() => {
    const dialog = element.current;
    const before = document.activeElement;
    dialog?.showModal();
    return () => {
      gone.current = true;
      dialog?.close();
      const isLost = document.activeElement === document.body;
      if (isLost && before instanceof HTMLElement) before.focus({ preventScroll: true });
    };
  }, []);
  return { element, onClose: () => gone.current || onClose() };
}
