import { useEffect, useRef, useState } from 'preact/hooks';

/** Milliseconds that the button says what it did. */
const COPIED_MS = 2000;

/** The address to share, to be seen whole, selected and copied. */
export function ShareAddress({ address }: { readonly address: string }) {
  const field = useRef<HTMLInputElement>(null);
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), COPIED_MS);
    return () => clearTimeout(timer);
  }, [copied]);

  async function copy(): Promise<void> {
    field.current?.select();
    try {
      await navigator.clipboard.writeText(address);
    } catch {
      // Without permission for the clipboard the selected text is left to Ctrl-C.
      return;
    }
    setCopied(true);
  }

  return (
    <div class="share-address">
      <input
        ref={field}
        class="text-field"
        type="text"
        readOnly
        aria-label="Share address"
        value={address}
        onFocus={(event) => event.currentTarget.select()}
      />
      <button type="button" class="button copy" onClick={() => void copy()}>
        {copied ? 'Copied' : 'Copy address'}
      </button>
      <span class="visually-hidden" role="status">
        {copied ? 'Copied' : ''}
      </span>
    </div>
  );
}
