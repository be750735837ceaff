import type { ResponseBody } from '../protocol/http-message.ts';

/** A part of a file: bytes `start` to `end`, both included, both within the file. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** One file as it was when it was looked up. */
export interface SiteFile {
  /** Relative to the root, parts divided by `/`: `photos/sea side.jpg`. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /**
   * A strong entity tag with its quotes: the same tag means the same bytes. Absent where that cannot be
   * promised yet; no answer made from the file may then be used again.
   */
  readonly etag: string | undefined;
  /** False when the file, if it is text, may be in another encoding than UTF-8. */
  readonly utf8: boolean;
  /** Milliseconds since 1970. */
  readonly modified: number;
  /**
   * The file's bytes, or a part of them: exactly as many as asked for, or an error, now or while they are
   * read. An array may be shared with later readers: it must not be written to.
   */
  read(range?: ByteRange): Promise<NonNullable<ResponseBody>> | Uint8Array<ArrayBuffer>;
}

/** A site's files, read-only: the live files of a server tab, or a folder on disk. */
export interface SiteFiles {
  /** True when there is such a file; cheaper than `lookup`. */
  has(path: string): boolean | Promise<boolean>;
  /**
   * The file at exactly this path, or undefined. Directories are no files. Rejects with `storage-failed`
   * when there is a file and it cannot be read.
   */
  lookup(path: string): SiteFile | undefined | Promise<SiteFile | undefined>;
}
