import { type ContentProps, useBlobUrl } from './preview-props.ts';

/** A sound with the browser's own controls. */
export function AudioPreview({ content, file }: ContentProps) {
  const url = useBlobUrl(content, file.type);
  // biome-ignore lint/a11y/useMediaCaption: the author's own file, of which there are no captions
  return <audio src={url} controls aria-label={file.name} />;
}

/** A film with the browser's own controls. */
export function VideoPreview({ content, file }: ContentProps) {
  const url = useBlobUrl(content, file.type);
  // biome-ignore lint/a11y/useMediaCaption: the author's own file, of which there are no captions
  return <video src={url} controls aria-label={file.name} />;
}
