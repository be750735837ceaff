import { useEffect, useState } from 'preact/hooks';
import { asPeerServerError } from '../../../protocol/errors.ts';
import type { SiteStore } from '../../host.ts';
import type { NamedFile } from '../names/file-path.ts';

/** The file's bytes, renewed with each change of the file. */
export function useContent(file: NamedFile, store: SiteStore) {
  const [content, setContent] = useState<Blob>();
  const [problem, setProblem] = useState<string>();
  const { path, modified } = file;
  // `modified` is among the inputs because a new time means other bytes.
  useEffect(() => {
    const ending = new AbortController();
    store
      .read(path, { signal: ending.signal })
      .then((blob) => {
        if (ending.signal.aborted) return;
        setContent(blob);
        setProblem(undefined);
      })
      .catch((thrown) => {
        if (!ending.signal.aborted) setProblem(asPeerServerError(thrown, 'storage-failed').message);
      });
    return () => ending.abort();
  }, [path, modified, store]);
  return { content, problem };
}
