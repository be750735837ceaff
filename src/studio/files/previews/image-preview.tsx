import { useState } from 'preact/hooks';
import { FileFacts } from './file-facts.tsx';
import { type ContentProps, useBlobUrl } from './preview-props.ts';

/** A picture on a ground that shows where it is transparent, whole or point by point. */
export function ImagePreview({ content, file }: ContentProps) {
  const url = useBlobUrl(content, file.type);
  const [size, setSize] = useState<{ width: number; height: number }>();
  const [actual, setActual] = useState(false);
  const [broken, setBroken] = useState(false);
  if (broken)
    return (
      <FileFacts
        content={content}
        file={file}
        note="It is no picture that this browser can show."
      />
    );
  return (
    <figure class="image-preview">
      <div class={actual ? 'image-ground actual' : 'image-ground'}>
        {url && (
          <img
            src={url}
            alt={`Preview of ${file.name}`}
            onLoad={({ currentTarget }) =>
              setSize({ width: currentTarget.naturalWidth, height: currentTarget.naturalHeight })
            }
            onError={() => setBroken(true)}
          />
        )}
      </div>
      <figcaption>
        <span class="numbers">{size ? `${size.width} × ${size.height} pixels` : ' '}</span>
        <fieldset class="segmented" aria-label="Size">
          <button type="button" aria-pressed={!actual} onClick={() => setActual(false)}>
            Fit
          </button>
          <button type="button" aria-pressed={actual} onClick={() => setActual(true)}>
            100 %
          </button>
        </fieldset>
      </figcaption>
    </figure>
  );
}
