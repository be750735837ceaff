import type { SiteStore } from '../../host.ts';
import type { NamedFile } from '../names/file-path.ts';
import { ImagePreview } from './image-preview.tsx';
import { useContent } from './use-content.ts';

interface SvgPictureProps {
  readonly file: NamedFile;
  readonly store: SiteStore;
}

/**
 * The picture of an SVG file, above its text, as it is stored. It is an image and no document: no script of it
 * runs, and nothing that it refers to is fetched.
 */
export function SvgPicture({ file, store }: SvgPictureProps) {
  const { content } = useContent(file, store);
  return (
    <details class="svg-picture" open>
      <summary>Picture</summary>
      {content && (
        <ImagePreview
          content={content}
          file={file}
          broken={<p class="empty-note">It is no picture that this browser can show.</p>}
        />
      )}
    </details>
  );
}
