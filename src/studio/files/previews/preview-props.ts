import { useEffect, useState } from 'preact/hooks';
import type { NamedFile } from '../names/file-path.ts';

/** What every preview gets. */
export interface ContentProps {
  /** All of the file; its bytes are not in memory. */
  readonly content: Blob;
  readonly file: NamedFile;
}

/**
 * An address of the bytes for this page, as long as the component is drawn.
 * @param type MIME type that the browser shall take them for
 */
export function useBlobUrl(content: Blob, type: string): string | undefined {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    const made = URL.createObjectURL(content.slice(0, content.size, type));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [content, type]);
  return url;
}
