import { FileFacts } from './file-facts.tsx';
import { type ContentProps, useBlobUrl } from './preview-props.ts';

/** A document in the browser's own viewer, if it has one: browsers on phones do not. */
export function PdfPreview({ content, file }: ContentProps) {
  // Of this type and no other: a frame would run what else it might be.
  const url = useBlobUrl(content, 'application/pdf');
  if (!navigator.pdfViewerEnabled) {
    return (
      <FileFacts content={content} file={file} note="This browser shows no PDF inside a page." />
    );
  }
  return url ? <iframe class="pdf-preview" src={url} title={`Preview of ${file.name}`} /> : null;
}
