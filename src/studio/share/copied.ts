import { useEffect, useState } from 'preact/hooks';

/** Milliseconds that a button says what it did. */
const COPIED_MS = 2000;

/** Copies a text; `copied` is true for a moment afterwards. */
export function useCopy(text: string): { readonly copied: boolean; copy(): Promise<void> } {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), COPIED_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  return {
    copied,
    async copy() {
      try {
        await navigator.clipboard.writeText(text);
      } catch {
        // Without permission for the clipboard the selected text is left to Ctrl-C.
        return;
      }
      setCopied(true);
    },
  };
}
