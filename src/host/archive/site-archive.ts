/** A site out of a zip: ours, with drafts and database, or any zip of a folder. */
import { MAX_DATABASE_BYTES } from '../database/database-limits.ts';
import { foldersOf, normalizeSitePath, OWN_FOLDER } from '../site-path.ts';
import { type NamedEntry, namedEntries } from './archive-names.ts';
import { refusedArchive } from './damage.ts';
import { MAX_NOTE_BYTES, MAX_RATIO, MAX_UNPACKED_BYTES, RATIO_FREE_BYTES } from './limits.ts';
import { DATABASE_LOG_PATH, DATABASE_PATH, DRAFT_FOLDER, NOTE_PATH } from './site-layout.ts';
import { parseSiteNote } from './site-note.ts';
import { readZipDirectory, type ZipEntry } from './zip-directory.ts';
import { openZipEntry } from './zip-entry.ts';

/** One file in an archive. */
export interface ArchivedFile {
  readonly layer: 'live' | 'draft';
  /** As a site's store keeps it. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** The content; fails with bad-input when it is damaged. */
  open(): ReadableStream<Uint8Array<ArrayBuffer>>;
}

/** An archive whose list of contents was found to be sound. */
export interface SiteArchive {
  /** Bytes of all files. */
  readonly bytes: number;
  files(): readonly ArchivedFile[];
  readonly removedFromDraft: readonly string[];
  readonly hasDatabase: boolean;
  /** Unpacks the database, whose content is unchecked; undefined when there is none. */
  database(): Promise<Blob | undefined>;
}

/**
 * Reads what an archive holds, and unpacks nothing but the small note in ours.
 * @throws PeerServerError bad-input when it is damaged, hostile or too large; storage-failed when the file
 *   cannot be read
 */
export async function readSiteArchive(archive: Blob): Promise<SiteArchive> {
  const named = namedEntries(await readZipDirectory(archive));
  requireBounded(named, archive.size);
  const own = new Map(
    named.filter(({ name }) => isOwn(name)).map(({ name, entry }) => [name, entry]),
  );
  const noteEntry = own.get(NOTE_PATH);
  const note = noteEntry && parseSiteNote(await readNote(archive, noteEntry));
  const files = [
    ...filesOf(
      archive,
      'live',
      named.filter(({ name }) => !isOwn(name)),
    ),
    ...filesOf(archive, 'draft', note ? draftsIn(named) : []),
  ];
  if (files.length === 0) throw refusedArchive('This archive has no files of a site.');
  const database = databaseEntry(own);
  return {
    bytes: files.reduce((sum, { size }) => sum + size, 0),
    files: () => files,
    removedFromDraft: note ? note.removedFromDraft.map(pathOf) : [],
    hasDatabase: database !== undefined,
    database: async () => database && new Response(openZipEntry(archive, database)).blob(),
  };
}

function isOwn(name: string): boolean {
  return name.startsWith(`${OWN_FOLDER}/`);
}

function draftsIn(named: readonly NamedEntry[]): readonly NamedEntry[] {
  return named
    .filter(({ name }) => name.startsWith(DRAFT_FOLDER))
    .map(({ name, entry }) => ({ name: name.slice(DRAFT_FOLDER.length), entry }));
}

/** Sizes as the archive declares them; that they are true is seen to when it is unpacked. */
function requireBounded(named: readonly NamedEntry[], archiveBytes: number): void {
  const bytes = named.reduce((sum, { entry }) => sum + entry.size, 0);
  if (bytes > MAX_UNPACKED_BYTES) {
    const limit = MAX_UNPACKED_BYTES / 1024 ** 3;
    throw refusedArchive(
      `This archive unpacks to more than ${limit} GiB, which is the most for a site.`,
    );
  }
  if (bytes > RATIO_FREE_BYTES + MAX_RATIO * archiveBytes) {
    throw refusedArchive(
      'This archive unpacks to so much more than its size that it may be meant to fill your disk.',
    );
  }
}

function filesOf(
  archive: Blob,
  layer: ArchivedFile['layer'],
  named: readonly NamedEntry[],
): ArchivedFile[] {
  const files = new Map<string, ArchivedFile>();
  for (const { name, entry } of named) {
    const path = pathOf(name);
    if (files.has(path)) {
      throw refusedArchive(`This archive has two files called “${path.slice(0, 80)}”.`);
    }
    files.set(path, { layer, path, size: entry.size, open: () => openZipEntry(archive, entry) });
  }
  const clash = [...files.keys()].flatMap(foldersOf).find((folder) => files.has(folder));
  if (clash !== undefined) {
    const shown = `“${clash.slice(0, 80)}”`;
    throw refusedArchive(`In this archive ${shown} is a file and a folder at once.`);
  }
  return [...files.values()];
}

function pathOf(name: string): string {
  try {
    return normalizeSitePath(name);
  } catch (thrown) {
    const problem = thrown instanceof Error ? thrown.message : String(thrown);
    throw refusedArchive(`A name in this archive is not possible: ${problem}`, thrown);
  }
}

async function readNote(archive: Blob, entry: ZipEntry): Promise<string> {
  if (entry.size > MAX_NOTE_BYTES) {
    const limit = MAX_NOTE_BYTES / 1024 / 1024;
    throw refusedArchive(`The note “${NOTE_PATH}” in this archive is larger than ${limit} MiB.`);
  }
  return new Response(openZipEntry(archive, entry)).text();
}

function databaseEntry(own: ReadonlyMap<string, ZipEntry>): ZipEntry | undefined {
  const database = own.get(DATABASE_PATH);
  if (!database) return undefined;
  if ((own.get(DATABASE_LOG_PATH)?.size ?? 0) > 0) {
    throw refusedArchive(
      'This archive was made while the site was running, so its database is not complete. Stop the site, then make the archive anew.',
    );
  }
  if (database.size > MAX_DATABASE_BYTES) {
    const limit = MAX_DATABASE_BYTES / 1024 / 1024;
    throw refusedArchive(`The database in this archive is larger than ${limit} MiB.`);
  }
  return database;
}
