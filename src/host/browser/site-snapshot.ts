import type { SiteName } from '../../address/site-name.ts';
import { BLOBS_FOLDER, openBlobFile } from './blob-file.ts';
import { keepBlobs } from './blob-lock.ts';
import type { HostEnvironment } from './host-environment.ts';
import { EMPTY_STATE, type ManifestEntry, sameEntry } from './manifest.ts';
import { siteDirectory } from './site-directories.ts';
import { readIndexes } from './site-index.ts';
import { storageError } from './storage-error.ts';
import type { WholeSite } from './whole-site.ts';

export interface SnapshotFile {
  readonly layer: 'live' | 'draft';
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly modified: number;
  /** Does not hold its bytes. */
  open(): Promise<Blob>;
}

/** All of a site at one moment, whatever is saved after it. */
export interface SiteSnapshot {
  /** The live files, and those of the draft that are others. */
  readonly files: readonly SnapshotFile[];
  /** Paths of live files that the draft has no more. */
  readonly removedFromDraft: readonly string[];
  /** An ordinary SQLite file. */
  readonly database: Blob | undefined;
  /** Its files may go from now on; safe to call again. */
  release(): void;
}

/** Which site; its folder is the registry's. */
export interface SitePlace {
  readonly name: SiteName;
  readonly folder: string;
}

/**
 * Looks at a stored site, in this tab or another one, open or not. It must be released.
 * @param backup copies its database
 * @param signal gives up; after that, what was not read is not to be had any more
 * @throws PeerServerError storage-failed, cancelled
 */
export async function takeSnapshot(
  environment: HostEnvironment,
  { folder }: SitePlace,
  backup: (signal: AbortSignal) => Promise<Blob | undefined>,
  signal: AbortSignal,
): Promise<SiteSnapshot> {
  const release = await keepBlobs(environment.locks, folder, signal);
  signal.addEventListener('abort', release, { once: true });
  try {
    const database = await backup(signal);
    const directory = await siteDirectory(environment.root, folder);
    const { current } = await readIndexes(directory);
    const { live, draft } = current?.state ?? EMPTY_STATE;
    const blobs = await directory.getDirectoryHandle(BLOBS_FOLDER, { create: true });
    const fileOf =
      (layer: SnapshotFile['layer']) =>
      ([path, entry]: readonly [string, ManifestEntry]): SnapshotFile => ({
        layer,
        path,
        size: entry.size,
        modified: entry.modified,
        open: () => openBlobFile(blobs, entry),
      });
    const drafts = [...draft].filter(([path, entry]) => !sameEntry(entry, live.get(path)));
    return {
      files: [...[...live].map(fileOf('live')), ...drafts.map(fileOf('draft'))],
      removedFromDraft: [...live.keys()].filter((path) => !draft.has(path)),
      database,
      release,
    };
  } catch (thrown) {
    release();
    throw storageError('Reading the site', thrown);
  }
}

/** A snapshot as something to make another site of. */
export function siteOfSnapshot({ files, removedFromDraft, database }: SiteSnapshot): WholeSite {
  return {
    bytes: files.reduce((sum, { size }) => sum + size, 0),
    files: () => files,
    removedFromDraft,
    database: async () => database,
  };
}
