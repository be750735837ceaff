import { mimeType } from '../content-type.ts';
import { type ManifestEntry, type SiteState, sameEntry } from './manifest.ts';
import type { FileEntry } from './public-api.ts';

/** The draft's files as the list shows them, in the order of their paths. */
export function listFiles({ draft, live }: SiteState): readonly FileEntry[] {
  return [...draft]
    .map(([path, entry]) => ({
      path,
      size: entry.size,
      modified: entry.modified,
      type: mimeType(path),
      status: fileStatus(entry, live.get(path)),
    }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

function fileStatus(draft: ManifestEntry, live: ManifestEntry | undefined): FileEntry['status'] {
  if (!live) return 'new';
  return sameEntry(draft, live) ? 'live' : 'changed';
}
