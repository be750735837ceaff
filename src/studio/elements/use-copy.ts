import { useEffect, useState } from 'preact/hooks';

/** Milliseconds that a button says what it did. */
const COPIED_MS = 2000;

/** A way to copy one text. */
export interface Copying {
  /** True for a moment after it was copied. */
  readonly copied: boolean;
  /**
   * Resolves with whether it was copied: without permission for the clipboard a selected text is left to Ctrl-C.
   */
  copy(): Promise<boolean>;
}

/** Copies a text. @param text as the clipboard gets it */
export function useCopy(text: string): Copying {
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
        // Refused, which the caller is told.
        return false;
      }
      setCopied(true);
      return true;
    },
  };
}
