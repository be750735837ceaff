import { useEffect, useId, useState } from 'preact/hooks';
import { FileFacts } from './file-facts.tsx';
import type { ContentProps } from './preview-props.ts';

const SIZES = [16, 24, 36, 56];
const LETTERS =
  'ABCDEFGHIJKLMNOPQRSTUVWXYZ\nabcdefghijklmnopqrstuvwxyz\n0123456789 .,:;!?@#&%()[]{}“”–—';

/** A font, by a text that can be typed over. */
export function FontPreview({ content, file }: ContentProps) {
  const family = `preview-${useId().replace(/[^\w-]/g, '')}`;
  const [state, setState] = useState<'loading' | 'ready' | 'broken'>('loading');
  const [text, setText] = useState('The quick brown fox jumps over the lazy dog');
  const id = useId();
  useEffect(() => {
    let face: FontFace | undefined;
    let gone = false;
    const load = async () => {
      const made = new FontFace(family, await content.arrayBuffer());
      await made.load();
      if (gone) return;
      face = made;
      document.fonts.add(made);
      setState('ready');
    };
    // The browser's reason is of no use to anybody: the bytes are no font that it can read.
    load().catch(() => !gone && setState('broken'));
    return () => {
      gone = true;
      if (face) document.fonts.delete(face);
    };
  }, [content, family]);
  if (state === 'broken') {
    return (
      <FileFacts content={content} file={file} note="It is no font that this browser can read." />
    );
  }
  const style = { fontFamily: state === 'ready' ? family : 'inherit' };
  return (
    <div class="font-preview" aria-busy={state === 'loading'}>
      <label class="field-label" for={id}>
        Sample
      </label>
      <input
        id={id}
        class="text-field"
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      {SIZES.map((size) => (
        <p key={size} style={{ ...style, fontSize: `${size}px` }}>
          {text}
        </p>
      ))}
      <p class="font-letters" style={style}>
        {LETTERS}
      </p>
    </div>
  );
}
