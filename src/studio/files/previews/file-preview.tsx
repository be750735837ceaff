import { FileToolbar } from '../../editor/file-toolbar.tsx';
import { formatBytes } from '../../elements/wording.ts';
import type { SiteStore } from '../../host.ts';
import type { FileActions } from '../actions/file-actions.ts';
import type { FileKind } from '../names/file-kind.ts';
import type { NamedFile } from '../names/file-path.ts';
import { FileFacts } from './file-facts.tsx';
import { FontPreview } from './font-preview.tsx';
import { ImagePreview } from './image-preview.tsx';
import { AudioPreview, VideoPreview } from './media-preview.tsx';
import { PdfPreview } from './pdf-preview.tsx';
import { TextBeginning } from './text-beginning.tsx';
import { useContent } from './use-content.ts';

interface FilePreviewProps {
  readonly file: NamedFile;
  readonly kind: FileKind;
  readonly store: SiteStore;
  readonly actions: FileActions;
}

/** A file that is not edited here: shown or played, else its type and size. */
export function FilePreview({ file, kind, store, actions }: FilePreviewProps) {
  const { content, problem } = useContent(file, store);
  return (
    <>
      <FileToolbar
        file={file}
        actions={actions}
        status={
          <span class="file-facts">
            {file.type || 'unknown type'} · {formatBytes(file.size)}
          </span>
        }
      />
      <div class="preview">
        {problem && (
          <p class="notice danger" role="alert">
            {problem}
          </p>
        )}
        {content && <Preview kind={kind} content={content} file={file} />}
      </div>
    </>
  );
}

interface PreviewProps {
  readonly kind: FileKind;
  readonly content: Blob;
  readonly file: NamedFile;
}

/** Whatever the file holds, none of it becomes a document of this origin: no script of it can run here. */
function Preview({ kind, content, file }: PreviewProps) {
  switch (kind) {
    case 'image':
      return <ImagePreview content={content} file={file} />;
    case 'audio':
      return <AudioPreview content={content} file={file} />;
    case 'video':
      return <VideoPreview content={content} file={file} />;
    case 'pdf':
      return <PdfPreview content={content} file={file} />;
    case 'font':
      return <FontPreview content={content} file={file} />;
    case 'text':
      return <TextBeginning content={content} file={file} />;
    case 'other':
      return <FileFacts content={content} file={file} />;
  }
}
