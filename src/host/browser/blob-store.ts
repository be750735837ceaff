/**
 * The contents of a site's files, each under an id that never changes its meaning. What a blob is for, is
 * the index's business; this class only keeps blobs whole, quick to read, and not longer than needed.
 */
import type { ByteRange } from '../files.ts';
import { sha256Hex } from '../sha256.ts';
import { BLOBS_FOLDER, openBlobFile } from './blob-file.ts';
import { ByteCache } from './byte-cache.ts';
import { bytesOf, readableOf } from './caller-content.ts';
import { countedStream } from './counted-stream.ts';
import type { ManifestEntry } from './manifest.ts';
import type { FileContent } from './public-api.ts';
import { readBeginning } from './read-beginning.ts';
import { replaceFile } from './replace-file.ts';
import { storageError, throwIfCancelled } from './storage-error.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * Up to this size a blob's id is the SHA-256 of its content. The browser hashes only whole arrays, so
 * larger files would have to be held in memory; they get a random id instead, which is as good for telling
 * versions apart and only does not notice that the same large file was stored twice.
 */
export const MAX_HASHED_BYTES = 16 * 1024 * 1024;
/** Up to this size a blob is read whole and kept in memory: most files of most sites. */
export const MAX_CACHED_BLOB_BYTES = 256 * 1024;
/** Memory for such blobs; the oldest make room. Two hundred large pages, or thousands of small ones. */
const CACHE_BYTES = 32 * 1024 * 1024;
/** Larger blobs are read in pieces of this size at first: little to hold for a visitor who does not go on. */
export const FIRST_CHUNK_BYTES = 256 * 1024;
/** Each piece costs the browser several messages between its processes, so a real reader gets larger ones. */
export const READ_CHUNK_BYTES = 1024 * 1024;
/** Readers who may get those at a time: one who then stops holds four times as much as another. */
const MAX_LARGE_READERS = 16;
/** Whoever has taken this much reads on: it is more than the credit of a stream that nobody reads. */
const READER_AFTER_BYTES = 3 * 1024 * 1024;

/** What a blob can be made of; a stream is cancelled when storing it fails. */
export type BlobContent = FileContent | ReadableStream<Bytes>;

/** A blob that was stored; it is kept until `release` is called, and afterwards if the index has it. */
export interface StoredBlob {
  readonly blob: string;
  readonly size: number;
  release(): void;
}

export class BlobStore {
  readonly #directory: FileSystemDirectoryHandle;
  readonly #known: Set<string>;
  readonly #cache = new ByteCache(CACHE_BYTES);
  /** How many readers and unfinished saves need a blob right now. */
  readonly #pins = new Map<string, number>();
  readonly #removals = new Map<string, Promise<void>>();
  /** Streams that are read in the larger pieces now. */
  readonly #largeReaders = new Set<object>();

  private constructor(directory: FileSystemDirectoryHandle, known: Set<string>) {
    this.#directory = directory;
    this.#known = known;
  }

  /** Opens the folder of a site's blobs; creates it if there is none. */
  static async open(siteDirectory: FileSystemDirectoryHandle): Promise<BlobStore> {
    const directory = await siteDirectory.getDirectoryHandle(BLOBS_FOLDER, { create: true });
    const known = new Set<string>();
    for await (const name of directory.keys()) known.add(name);
    return new BlobStore(directory, known);
  }

  /**
   * Stores content and keeps it safe from `collect` until it is released.
   * @throws PeerServerError storage-failed (also when the disk is full, or a picked file is gone), cancelled;
   *   nothing stays behind
   */
  async put(content: BlobContent, signal?: AbortSignal): Promise<StoredBlob> {
    throwIfCancelled(signal);
    try {
      if (content instanceof Blob && content.size > MAX_HASHED_BYTES) {
        return await this.#putLarge(readableOf(content.stream()), signal);
      }
      if (content instanceof ReadableStream) {
        const { bytes, rest } = await readBeginning(readableOf(content), MAX_HASHED_BYTES, signal);
        return await (rest ? this.#putLarge(rest, signal) : this.#putHashed(bytes, signal));
      }
      return await this.#putHashed(await bytesOf(content), signal);
    } catch (thrown) {
      throwIfCancelled(signal);
      throw storageError('Saving', thrown);
    }
  }

  async #putHashed(bytes: Bytes, signal: AbortSignal | undefined): Promise<StoredBlob> {
    const blob = await sha256Hex(bytes);
    const release = this.#pin(blob);
    try {
      await this.#removals.get(blob);
      if (!this.#known.has(blob)) await this.#write(blob, bytes, signal);
      if (bytes.length <= MAX_CACHED_BLOB_BYTES) this.#cache.set(blob, bytes);
    } catch (thrown) {
      release();
      throw thrown;
    }
    return { blob, size: bytes.length, release };
  }

  async #putLarge(
    content: ReadableStream<Bytes>,
    signal: AbortSignal | undefined,
  ): Promise<StoredBlob> {
    const blob = `large-${crypto.randomUUID()}`;
    const release = this.#pin(blob);
    let size = 0;
    const counted = countedStream(content, (bytes) => {
      size += bytes;
    });
    try {
      await this.#write(blob, counted, signal);
    } catch (thrown) {
      release();
      throw thrown;
    }
    return { blob, size, release };
  }

  async #write(
    id: string,
    content: Bytes | ReadableStream<Bytes>,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    try {
      await replaceFile(this.#directory, id, content, signal);
      this.#known.add(id);
    } catch (thrown) {
      // An empty file may be left; if it cannot be removed now, the next opening of the site does it.
      if (!this.#known.has(id)) await this.#directory.removeEntry(id).catch(() => undefined);
      throw thrown;
    }
  }

  /**
   * The bytes of a file, or a part of them: at once from memory, from the disk, or, for large files, as a
   * stream. Rejects with storage-failed when the blob is missing or not of its size.
   */
  read(entry: ManifestEntry, range?: ByteRange): Bytes | Promise<Bytes | ReadableStream<Bytes>> {
    const cached = this.#cache.get(entry.blob);
    return cached ? part(cached, range) : this.#readFromDisk(entry, range);
  }

  /** The blob as a File-like object that does not hold its bytes. */
  async open(entry: ManifestEntry): Promise<Blob> {
    try {
      return await openBlobFile(this.#directory, entry);
    } catch (thrown) {
      // Not known any more, so that saving the same content writes it anew.
      this.#known.delete(entry.blob);
      throw thrown;
    }
  }

  async #readFromDisk(
    entry: ManifestEntry,
    range: ByteRange | undefined,
  ): Promise<Bytes | ReadableStream<Bytes>> {
    const release = this.#pin(entry.blob);
    try {
      const file = await this.open(entry);
      const wanted = range ? file.slice(range.start, range.end + 1) : file;
      if (wanted.size > MAX_CACHED_BLOB_BYTES) return streamOf(wanted, this.#largeReaders, release);
      if (entry.size > MAX_CACHED_BLOB_BYTES) {
        const bytes = new Uint8Array(await wanted.arrayBuffer());
        release();
        return bytes;
      }
      const bytes = new Uint8Array(await file.arrayBuffer());
      this.#cache.set(entry.blob, bytes);
      release();
      return part(bytes, range);
    } catch (thrown) {
      release();
      throw storageError('Reading', thrown);
    }
  }

  /** Removes every blob that is neither in `needed` nor in use at the moment. */
  async collect(needed: ReadonlySet<string>): Promise<void> {
    const garbage = [...this.#known].filter((id) => !needed.has(id) && !this.#pins.has(id));
    for (const id of garbage) {
      // Somebody may have come to need it while others were being removed.
      if (this.#pins.has(id)) continue;
      this.#known.delete(id);
      this.#cache.delete(id);
      // Still held by somebody, or gone: garbage is no reason to fail, and the next opening tries again.
      const removal = this.#directory.removeEntry(id).catch(() => undefined);
      this.#removals.set(id, removal);
      await removal;
      this.#removals.delete(id);
    }
  }

  #pin(id: string): () => void {
    this.#pins.set(id, (this.#pins.get(id) ?? 0) + 1);
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      const left = (this.#pins.get(id) ?? 1) - 1;
      if (left === 0) this.#pins.delete(id);
      else this.#pins.set(id, left);
    };
  }
}

function part(bytes: Bytes, range: ByteRange | undefined): Bytes {
  return range ? bytes.subarray(range.start, range.end + 1) : bytes;
}

/**
 * Reads slice by slice, each when it is asked for: nothing waits here that the connection does not count.
 * @param largeReaders those who are given larger pieces at the moment
 * @param release called once, at the end of it all
 */
function streamOf(
  blob: Blob,
  largeReaders: Set<object>,
  release: () => void,
): ReadableStream<Bytes> {
  let offset = 0;
  const reader = {};
  const done = () => {
    largeReaders.delete(reader);
    release();
  };
  const pieceBytes = (): number => {
    if (offset < READER_AFTER_BYTES) return FIRST_CHUNK_BYTES;
    if (largeReaders.size < MAX_LARGE_READERS) largeReaders.add(reader);
    return largeReaders.has(reader) ? READ_CHUNK_BYTES : FIRST_CHUNK_BYTES;
  };
  return new ReadableStream<Bytes>(
    {
      async pull(controller) {
        try {
          const slice = blob.slice(offset, offset + pieceBytes());
          controller.enqueue(new Uint8Array(await slice.arrayBuffer()));
          offset += slice.size;
        } catch (thrown) {
          done();
          controller.error(storageError('Reading', thrown));
          return;
        }
        if (offset < blob.size) return;
        done();
        controller.close();
      },
      cancel: done,
    },
    { highWaterMark: 0 },
  );
}
