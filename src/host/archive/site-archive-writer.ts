import { asPeerServerError, PeerServerError } from '../../protocol/errors.ts';
import { mimeType } from '../content-type.ts';
import { MAX_ARCHIVE_ENTRIES, MAX_RATIO, MAX_UNPACKED_BYTES, RATIO_FREE_BYTES } from './limits.ts';
import { DATABASE_PATH, DRAFT_FOLDER, NOTE_PATH } from './site-layout.ts';
import { siteNoteText } from './site-note.ts';
import { type ZipSource, zipChunks } from './zip-writer.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** One file of the site. */
export interface FileToArchive {
  /** `draft`: differs from what is live at this path. */
  readonly layer: 'live' | 'draft';
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly modified: number;
  open(): Promise<Blob>;
}

/** All of a site. */
export interface SiteToArchive {
  readonly name: string;
  readonly files: readonly FileToArchive[];
  readonly removedFromDraft: readonly string[];
  readonly database: Blob | undefined;
}

export interface ArchiveOptions {
  readonly signal: AbortSignal;
  /** Time of day in milliseconds since 1970. */
  readonly now: () => number;
  /** Called with bytes of content, done and in all. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
  /** Called once, when the stream has ended, however it did. */
  readonly onEnd: () => void;
}

/**
 * A zip of a site, made as it is read: nothing is held but the piece that is being packed.
 * @throws PeerServerError storage-failed when the site is larger than an archive may be
 */
export function writeSiteArchive(
  site: SiteToArchive,
  options: ArchiveOptions,
): ReadableStream<Bytes> {
  const { signal, onProgress, onEnd } = options;
  const total = contentBytes(site);
  if (total > MAX_UNPACKED_BYTES || site.files.length + 2 > MAX_ARCHIVE_ENTRIES) {
    const text = `This site has more than ${MAX_UNPACKED_BYTES / 1024 ** 3} GiB or ${MAX_ARCHIVE_ENTRIES.toLocaleString('en')} files, which is the most for an archive. Remove some of them first.`;
    throw new PeerServerError('storage-failed', text);
  }
  let done = 0;
  let written = 0;
  const onRead = (bytes: number): void => {
    done += bytes;
    onProgress?.({ done, total });
  };
  const chunks = zipChunks(
    sourcesOf(site, options.now(), () => written, onRead),
    signal,
  );
  return new ReadableStream<Bytes>(
    {
      async pull(controller) {
        try {
          const next = await chunks.next();
          if (next.done !== true) {
            written += next.value.length;
            controller.enqueue(next.value);
            return;
          }
          onEnd();
          controller.close();
        } catch (thrown) {
          onEnd();
          controller.error(storageFailure(thrown));
        }
      },
      async cancel() {
        onEnd();
        await chunks.return();
      },
    },
    { highWaterMark: 0 },
  );
}

/** Reading a stored file fails when it, or all that the browser kept, was removed meanwhile. */
function storageFailure(thrown: unknown): PeerServerError {
  const error = asPeerServerError(thrown, 'storage-failed');
  if (error === thrown || error.code === 'cancelled') return error;
  const text = `A file could not be read (${error.message}). The archive is not complete: export once more.`;
  return new PeerServerError('storage-failed', text, { cause: thrown });
}

function contentBytes({ files, database }: SiteToArchive): number {
  return files.reduce((sum, { size }) => sum + size, database?.size ?? 0);
}

/**
 * Files in the order in which they are written. One that could make the archive look like a bomb is stored
 * as it is: our own archives are always within the limits that hold for reading one.
 */
function* sourcesOf(
  site: SiteToArchive,
  now: number,
  written: () => number,
  onRead: (bytes: number) => void,
): Generator<ZipSource> {
  let content = 0;
  const source = (path: string, size: number, rest: Omit<ZipSource, 'packed'>): ZipSource => {
    content += size;
    const looksLikeBomb = content > RATIO_FREE_BYTES + MAX_RATIO * written();
    return { packed: isPackable(path) && !looksLikeBomb, ...rest };
  };
  const note = new Blob([siteNoteText({ ...site, exportedAt: now })]);
  yield source(NOTE_PATH, note.size, { name: NOTE_PATH, modified: now, open: async () => note });
  for (const { layer, path, size, modified, open } of site.files) {
    const name = layer === 'draft' ? DRAFT_FOLDER + path : path;
    yield source(path, size, { name, modified, open, onRead });
  }
  const { database } = site;
  if (!database) return;
  const open = async (): Promise<Blob> => database;
  yield source(DATABASE_PATH, database.size, { name: DATABASE_PATH, modified: now, open, onRead });
}

const PACKED_TYPES = /^(?:audio|video|image)\/|zip|gzip|pdf|font\/woff/;
const PLAIN_IMAGES = /^image\/(?:svg|bmp|x-ms-bmp|tiff)/;

/** False for what is packed already. */
function isPackable(path: string): boolean {
  const type = mimeType(path);
  return PLAIN_IMAGES.test(type) || !PACKED_TYPES.test(type);
}
