import type { BlobContent } from './blob-store.ts';
import type { FileContent, NewFile, SiteContent } from './public-api.ts';

/** One file of a site that is moved as a whole. */
export interface SiteItem {
  /** What is `live` is the draft's, too, unless the draft has its own or lacks it. */
  readonly layer: 'live' | 'draft';
  readonly path: string;
  /** Milliseconds since 1970; now by default. */
  readonly modified?: number;
  /** The content; may be called again. */
  open(): BlobContent | Promise<BlobContent>;
}

/** A site as it is moved: out of an archive, out of another server, or as somebody put it together. */
export interface WholeSite {
  /** Bytes of all files; undefined when that is not known beforehand. */
  readonly bytes: number | undefined;
  files(): Iterable<SiteItem> | AsyncIterable<SiteItem>;
  /** Paths of live files and folders that the draft has no more. */
  readonly removedFromDraft: readonly string[];
  /** An SQLite file, unchecked; undefined when there is none. */
  database(): Promise<Blob | undefined>;
}

/**
 * The site that somebody wants a server to be made of. Of an archive only the list of contents is read.
 * @throws PeerServerError bad-input when it is no sound archive; storage-failed when it cannot be read
 */
export async function wholeSite(content: SiteContent): Promise<WholeSite> {
  switch (content.kind) {
    case 'files':
      return siteOfFiles(content.files);
    case 'archive':
      return readArchive(content.archive);
  }
}

/**
 * A site out of a zip; see `wholeSite`.
 * @throws PeerServerError bad-input, storage-failed
 */
export async function readArchive(archive: Blob): Promise<WholeSite> {
  const { readSiteArchive } = await import('../archive/site-archive.ts');
  return readSiteArchive(archive);
}

function siteOfFiles(files: Iterable<NewFile> | AsyncIterable<NewFile>): WholeSite {
  return {
    bytes: Array.isArray(files) ? bytesOf(files) : undefined,
    async *files(): AsyncGenerator<SiteItem, void, void> {
      for await (const { path, content } of files) {
        yield { layer: 'live', path, open: () => content };
      }
    },
    removedFromDraft: [],
    database: async () => undefined,
  };
}

function bytesOf(files: readonly NewFile[]): number {
  return files.reduce((sum, { content }) => sum + sizeOf(content), 0);
}

function sizeOf(content: FileContent): number {
  if (typeof content === 'string') return new TextEncoder().encode(content).length;
  return content instanceof Blob ? content.size : content.length;
}
