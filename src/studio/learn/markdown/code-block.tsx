import { Check, Copy } from 'lucide';
import { useRef } from 'preact/hooks';
import { Icon } from '../../elements/icon.tsx';
import { useCopy } from '../../elements/use-copy.ts';

interface CodeBlockProps {
  readonly text: string;
  /** As Markdown names it: `ts`; empty when it does not. */
  readonly language: string;
}

/** Code with a button that copies it. */
export function CodeBlock({ text, language }: CodeBlockProps) {
  const code = useRef<HTMLPreElement>(null);
  const { copied, copy } = useCopy(`${text}\n`);

  async function copyOrSelect(): Promise<void> {
    if (!(await copy()) && code.current) getSelection()?.selectAllChildren(code.current);
  }

  return (
    <div class="code-block">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <pre ref={code} tabIndex={0} data-language={language}>
        <code>{text}</code>
      </pre>
      <button
        type="button"
        class="copy-code"
        aria-label="Copy code"
        onClick={() => void copyOrSelect()}
      >
        <Icon node={copied ? Check : Copy} size={16} />
        <span>{copied ? 'Copied' : 'Copy'}</span>
      </button>
      <span class="visually-hidden" role="status">
        {copied ? 'Copied' : ''}
      </span>
    </div>
  );
}
