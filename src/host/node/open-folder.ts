/** A folder on disk as a site's files. Nothing is remembered between requests: changes show at once. */

import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { type BigIntStats, realpathSync, statSync } from 'node:fs';
import { type FileHandle, open, realpath, stat } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { asPeerServerError, PeerServerError } from '../../protocol/errors.ts';
import type { ByteRange, SiteFile, SiteFiles } from '../files.ts';
import { isHidden } from '../request-path.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * Up to this size a file is read and hashed for each request: its tag is then right whatever the clock or
 * the file system does, and the bytes sent are the bytes hashed. Reading and hashing 256 KiB takes less
 * than a millisecond.
 */
export const MAX_HASHED_BYTES = 256 * 1024;
/** Larger files are read in pieces of this size, each when the visitor has room for it. */
export const READ_CHUNK_BYTES = 256 * 1024;
/**
 * The tag of a larger file comes from its inode, size and times. Two writes within one tick of the file
 * system's clock (up to 2 s on FAT) look the same there, so a file changed so recently gets no tag.
 */
export const UNSETTLED_MS = 2000;

const PAGE = /\.(html?|xhtml)$/i;

/** Errors of the file system that mean: no such file. */
const ABSENT = new Set([
  'ENOENT',
  'ENOTDIR',
  'ENAMETOOLONG',
  'ELOOP',
  'EINVAL',
  'ERR_INVALID_ARG_VALUE',
]);

/**
 * Opens a folder. Links are followed within it and refused where they lead out of it; names that begin
 * with a dot are kept back, except `.well-known`.
 * @param now time of day in milliseconds since 1970
 * @throws PeerServerError storage-failed when there is no such folder
 */
export async function openFolder(
  directory: string,
  options: { now?: () => number } = {},
): Promise<SiteFiles> {
  const now = options.now ?? Date.now;
  const root = await findRoot(directory);
  return {
    has: async (path) => locate(root, path) !== undefined,
    async lookup(path) {
      const found = locate(root, path);
      return found && describe(path, found, now());
    },
  };
}

async function findRoot(directory: string): Promise<string> {
  const shown = resolve(directory);
  let root: string;
  try {
    root = await realpath(shown);
  } catch (cause) {
    const text = `There is no folder ${shown}. Check the path.`;
    throw new PeerServerError('storage-failed', text, { cause });
  }
  if (!(await stat(root)).isDirectory()) {
    throw new PeerServerError('storage-failed', `${shown} is a file; give the folder it lies in.`);
  }
  return root;
}

interface Located {
  /** Absolute, with all links resolved. */
  readonly place: string;
  readonly stats: BigIntStats;
}

/**
 * Where a path's file really lies, or undefined when there is none to be served. Synchronous, since a site's
 * code is asked only when no file answers: the system tells from memory within microseconds, while each turn
 * of the thread pool costs tens of them, and there were four.
 */
function locate(root: string, path: string): Located | undefined {
  const segments = path.split('/');
  const unusable = (name: string) => name === '' || name === '.' || name === '..';
  if (segments.some(unusable) || /[\\\0]/.test(path) || isHidden(segments)) return undefined;
  try {
    const named = join(root, ...segments);
    // No error to be made and caught for what is not there.
    if (!statSync(named, { throwIfNoEntry: false })) return undefined;
    const place = realpathSync.native(named);
    // The real path counts: a link may lead out of the folder, or to what is hidden in it.
    const inside = relative(root, place).split(sep);
    if (!isInside(root, place) || isHidden(inside)) return undefined;
    const stats = statSync(place, { bigint: true });
    return stats.isFile() ? { place, stats } : undefined;
  } catch (thrown) {
    if (ABSENT.has(errorCode(thrown))) return undefined;
    throw unreadable(path, thrown);
  }
}

function isInside(root: string, place: string): boolean {
  return place.startsWith(root.endsWith(sep) ? root : root + sep);
}

async function describe(path: string, { place, stats }: Located, now: number): Promise<SiteFile> {
  const size = Number(stats.size);
  const modified = Number(stats.mtimeMs);
  if (size <= MAX_HASHED_BYTES) {
    const bytes = await readSmall(path, place);
    const hash = createHash('sha256').update(bytes).digest('hex');
    return {
      path,
      size: bytes.length,
      etag: `"${hash}"`,
      utf8: isUtf8(bytes),
      modified,
      read: (range) => (range ? bytes.subarray(range.start, range.end + 1) : bytes),
    };
  }
  const changed = Math.max(modified, Number(stats.ctimeMs));
  return {
    path,
    size,
    etag: now - changed < UNSETTLED_MS ? undefined : statTag(stats),
    // Not looked through: a page can name its encoding itself, other text hardly can.
    utf8: !PAGE.test(path),
    modified,
    read: (range) => streamFile(path, place, stats, range ?? { start: 0, end: size - 1 }),
  };
}

function statTag({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return `"${[dev, ino, size, mtimeNs, ctimeNs].map((part) => part.toString(36)).join('-')}"`;
}

/**
 * The whole file; it may have grown since it was looked at, and what is read here is what counts. Each
 * request has its own copy, which the connection counts as the one piece of its answer's body (S5).
 */
async function readSmall(path: string, place: string): Promise<Bytes> {
  const handle = await openForReading(path, place);
  try {
    const buffer = await handle.readFile();
    return new Uint8Array(buffer.buffer as ArrayBuffer, buffer.byteOffset, buffer.byteLength);
  } catch (thrown) {
    throw unreadable(path, thrown);
  } finally {
    await handle.close();
  }
}

/** Streams a part of a file, provided that it is still the file that was looked at. */
async function streamFile(
  path: string,
  place: string,
  expected: BigIntStats,
  range: ByteRange,
): Promise<ReadableStream<Bytes>> {
  const handle = await openForReading(path, place);
  try {
    if (statTag(await handle.stat({ bigint: true })) !== statTag(expected)) throw changed(path);
  } catch (thrown) {
    await handle.close();
    throw unreadable(path, thrown);
  }
  let position = range.start;
  // Read when asked for: nothing waits here that the connection does not count.
  return new ReadableStream<Bytes>(
    {
      async pull(controller) {
        try {
          const length = Math.min(READ_CHUNK_BYTES, range.end + 1 - position);
          const { bytesRead, buffer } = await handle.read(
            new Uint8Array(length),
            0,
            length,
            position,
          );
          // Shorter than promised: an error, since a visitor could not tell it from the end.
          if (bytesRead === 0) throw changed(path);
          position += bytesRead;
          controller.enqueue(buffer.subarray(0, bytesRead));
          if (position <= range.end) return;
          // Written to while it was read: a mixture of old and new must not pass for a file.
          if (statTag(await handle.stat({ bigint: true })) !== statTag(expected))
            throw changed(path);
          await handle.close();
          controller.close();
        } catch (thrown) {
          await handle.close();
          controller.error(unreadable(path, thrown));
        }
      },
      cancel: () => handle.close(),
    },
    { highWaterMark: 0 },
  );
}

async function openForReading(path: string, place: string): Promise<FileHandle> {
  try {
    return await open(place, 'r');
  } catch (thrown) {
    throw unreadable(path, thrown);
  }
}

function changed(path: string): PeerServerError {
  const text = `“${path}” was changed while it was being sent. Load it again.`;
  return new PeerServerError('storage-failed', text);
}

function unreadable(path: string, cause: unknown): PeerServerError {
  if (cause instanceof PeerServerError) return cause;
  const detail = asPeerServerError(cause, 'storage-failed').message;
  const text = `“${path}” cannot be read (${detail}). Check its permissions.`;
  return new PeerServerError('storage-failed', text, { cause });
}

function errorCode(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
}
