import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { FileFacts } from './file-facts.tsx';
import { type ContentProps, useBlobUrl } from './preview-props.ts';

interface ImagePreviewProps extends ContentProps {
  /** In the place of what is no picture; by default what can be said of the file. */
  readonly broken?: ComponentChildren;
}

/** A picture on a ground that shows where it is transparent, whole or point by point. */
export function ImagePreview({ content, file, broken }: ImagePreviewProps) {
  const url = useBlobUrl(content, file.type);
  const [size, setSize] = useState<{ width: number; height: number }>();
  const [actual, setActual] = useState(false);
  /**
   * Of what could not be shown: what comes next may be a picture again. The content itself would not do, for a new
   * one has no address yet when the old one's fails.
   */
  const [unreadable, setUnreadable] = useState<string>();
  if (url !== undefined && unreadable === url) {
    if (broken !== undefined) return broken;
    return (
      <FileFacts
        content={content}
        file={file}
        note="It is no picture that this browser can show."
      />
    );
  }
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
            onError={() => setUnreadable(url)}
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
