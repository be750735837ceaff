import { Check, Copy } from 'lucide';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Icon } from '../../elements/icon.tsx';

/** Milliseconds that the button says what it did. */
const COPIED_MS = 2000;

interface CodeBlockProps {
  readonly text: string;
  /** As Markdown names it: `ts`; empty when it does not. */
  readonly language: string;
}

/** Code with a button that copies it. */
export function CodeBlock({ text, language }: CodeBlockProps) {
  const code = useRef<HTMLPreElement>(null);
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), COPIED_MS);
    return () => clearTimeout(timer);
  }, [copied]);

  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(`${text}\n`);
    } catch {
      // Without permission for the clipboard the selected code is left to Ctrl-C.
      if (code.current) getSelection()?.selectAllChildren(code.current);
      return;
    }
    setCopied(true);
  }

  return (
    <div class="code-block">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <pre ref={code} tabIndex={0} data-language={language}>
        <code>{text}</code>
      </pre>
      <button type="button" class="copy-code" aria-label="Copy code" onClick={() => void copy()}>
        <Icon node={copied ? Check : Copy} size={16} />
        <span>{copied ? 'Copied' : 'Copy'}</span>
      </button>
      <span class="visually-hidden" role="status">
        {copied ? 'Copied' : ''}
      </span>
    </div>
  );
}
