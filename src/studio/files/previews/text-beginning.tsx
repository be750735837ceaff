import { useEffect, useState } from 'preact/hooks';
import { formatBytes } from '../../elements/wording.ts';
import type { ContentProps } from './preview-props.ts';

/** Shown of a text that is too large to be edited here, in bytes: some hundred pages. */
const SHOWN_BYTES = 200_000;

/** The beginning of a large text. */
export function TextBeginning({ content, file }: ContentProps) {
  const [text, setText] = useState('');
  useEffect(() => {
    let gone = false;
    // What cannot be read was told when the file was opened; here is only a part of it.
    content
      .slice(0, SHOWN_BYTES)
      .text()
      .then((read) => !gone && setText(read))
      .catch(() => !gone && setText(''));
    return () => {
      gone = true;
    };
  }, [content]);
  return (
    <div class="text-beginning">
      <p class="notice">
        With {formatBytes(file.size)} this file is too large to edit here. This is its beginning
        {file.size > SHOWN_BYTES && `, ${formatBytes(SHOWN_BYTES)}`}.
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and the keyboard must reach it */}
      <section tabIndex={0} aria-label={`Beginning of ${file.name}`}>
        <pre>{text}</pre>
      </section>
    </div>
  );
}
