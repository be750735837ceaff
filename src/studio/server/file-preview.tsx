import { useEffect, useState } from 'preact/hooks';
import { asPeerServerError } from '../../protocol/errors.ts';
import type { SiteStore } from '../host.ts';
import type { FileActions } from '../state/file-actions.ts';
import type { FileKind } from '../state/file-kind.ts';
import type { NamedFile } from '../state/file-path.ts';
import { formatBytes } from '../state/wording.ts';
import { FileToolbar } from './file-toolbar.tsx';

interface FilePreviewProps {
  readonly file: NamedFile;
  readonly kind: FileKind;
  readonly store: SiteStore;
  readonly actions: FileActions;
}

/** A file that is not edited here: shown or played, else its type and size. */
export function FilePreview({ file, kind, store, actions }: FilePreviewProps) {
  const { url, problem } = useFileUrl(file, store);
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
        {url && <Preview kind={kind} url={url} path={file.path} />}
      </div>
    </>
  );
}

function Preview({ kind, url, path }: { kind: FileKind; url: string; path: string }) {
  switch (kind) {
    case 'image':
      return <img src={url} alt={`Preview of ${path}`} />;
    case 'audio':
      // biome-ignore lint/a11y/useMediaCaption: the author's own file, of which there are no captions
      return <audio src={url} controls aria-label={path} />;
    case 'video':
      // biome-ignore lint/a11y/useMediaCaption: the author's own file, of which there are no captions
      return <video src={url} controls aria-label={path} />;
    default:
      return (
        <p class="empty-note">
          {kind === 'text'
            ? 'This file is too large to edit here.'
            : 'There is no preview of this kind of file.'}
        </p>
      );
  }
}

/** An address of the file's bytes for this page, renewed with each change of the file. */
function useFileUrl(file: NamedFile, store: SiteStore) {
  const [url, setUrl] = useState<string>();
  const [problem, setProblem] = useState<string>();
  const { path, modified, type } = file;
  // `modified` is among the inputs because a new time means other bytes.
  useEffect(() => {
    const ending = new AbortController();
    let made: string | undefined;
    store
      .read(path, { signal: ending.signal })
      .then((blob) => {
        if (ending.signal.aborted) return;
        made = URL.createObjectURL(blob.slice(0, blob.size, type));
        setUrl(made);
        setProblem(undefined);
      })
      .catch((thrown) => {
        if (!ending.signal.aborted) setProblem(asPeerServerError(thrown, 'storage-failed').message);
      });
    return () => {
      ending.abort();
      if (made) URL.revokeObjectURL(made);
    };
  }, [path, modified, type, store]);
  return { url, problem };
}
