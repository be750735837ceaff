import type { RefObject } from 'preact';
import { useEffect } from 'preact/hooks';
import { pastedItems } from './pasted-files.ts';
import type { Uploader } from './uploader.ts';

/** Uploads files and pictures that are pasted while nothing that takes text has the focus. */
export function usePastedFiles(panel: RefObject<HTMLElement | null>, uploader: Uploader): void {
  useEffect(() => {
    const paste = (event: ClipboardEvent) => {
      const files = [...(event.clipboardData?.files ?? [])];
      if (files.length === 0 || event.defaultPrevented) return;
      const { target } = event;
      const inPanel = target instanceof Node && panel.current?.contains(target);
      if (!inPanel && takesText(document.activeElement)) return;
      // The panel may be there without being shown, or without anything being possible in it.
      if (!panel.current || panel.current.closest('[inert]')) return;
      event.preventDefault();
      void uploader.upload(async () => ({ items: pastedItems(files, new Date()), skipped: [] }));
    };
    document.addEventListener('paste', paste);
    return () => document.removeEventListener('paste', paste);
  }, [panel, uploader]);
}

function takesText(element: Element | null): boolean {
  if (element instanceof HTMLElement && element.isContentEditable) return true;
  return element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement;
}
