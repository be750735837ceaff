import { useMemo, useState } from 'preact/hooks';
import type { NamedFile } from '../state/file-path.ts';

interface FileListProps {
  readonly files: readonly NamedFile[];
  readonly selected: string | undefined;
  readonly onOpen: (path: string) => void;
}

/** From this many files on there is a filter. */
const FILTER_FROM = 20;
/** Rows drawn at once; the filter finds the others. Thousands of rows would make every change slow. */
const MAX_ROWS = 500;

const MARKS: Record<NamedFile['status'], string> = {
  live: '',
  changed: 'Changed since it was made live',
  new: 'Not live yet',
};

/** One button per file. */
export function FileList({ files, selected, onOpen }: FileListProps) {
  const [filter, setFilter] = useState('');
  const matching = useMemo(() => {
    const wanted = filter.trim().toLowerCase();
    return wanted ? files.filter((file) => file.name.toLowerCase().includes(wanted)) : files;
  }, [files, filter]);
  const hidden = matching.length - MAX_ROWS;
  return (
    <>
      {files.length >= FILTER_FROM && (
        <input
          class="text-field filter"
          type="search"
          aria-label="Filter files"
          placeholder="Filter files"
          value={filter}
          onInput={(event) => setFilter(event.currentTarget.value)}
        />
      )}
      {files.length === 0 ? (
        <p class="empty-note">No files yet. Make one, or drop some here.</p>
      ) : (
        <ul class="file-list">
          {matching.slice(0, MAX_ROWS).map((file) => (
            <FileRow key={file.path} file={file} open={file.path === selected} onOpen={onOpen} />
          ))}
        </ul>
      )}
      {files.length > 0 && matching.length === 0 && <p class="empty-note">No file matches.</p>}
      {hidden > 0 && <p class="empty-note">{hidden} more: use the filter to find them.</p>}
    </>
  );
}

interface FileRowProps {
  readonly file: NamedFile;
  readonly open: boolean;
  readonly onOpen: (path: string) => void;
}

function FileRow({ file, open, onOpen }: FileRowProps) {
  const slash = file.name.lastIndexOf('/') + 1;
  const mark = MARKS[file.status];
  return (
    <li>
      <button
        type="button"
        class="file-button"
        aria-label={file.name}
        aria-current={open ? 'true' : undefined}
        aria-description={mark || undefined}
        title={mark ? `${file.path} (${mark.toLowerCase()})` : file.path}
        onClick={() => onOpen(file.path)}
      >
        <span class="file-name">
          {slash > 0 && (
            <span class="file-folder">
              <bdi>{file.name.slice(0, slash)}</bdi>
            </span>
          )}
          <span class="file-base">{file.name.slice(slash)}</span>
        </span>
        {file.status !== 'live' && (
          <span class="file-mark">{file.status === 'new' ? 'new' : 'draft'}</span>
        )}
      </button>
    </li>
  );
}
