import { PeerServerError } from '../../protocol/errors.ts';
import type { ManifestEntry } from './manifest.ts';
import { storageError } from './storage-error.ts';

/** Folder of a site's blobs within its own. */
export const BLOBS_FOLDER = 'blobs';

/**
 * A stored blob as a File-like object that does not hold its bytes.
 * @param directory the folder of the site's blobs
 * @throws PeerServerError storage-failed when it is missing or not of its size
 */
export async function openBlobFile(
  directory: FileSystemDirectoryHandle,
  { blob, size }: ManifestEntry,
): Promise<Blob> {
  try {
    const file = await (await directory.getFileHandle(blob)).getFile();
    if (file.size === size) return file;
  } catch (thrown) {
    const missing = thrown instanceof Error && thrown.name === 'NotFoundError';
    if (!missing) throw storageError('Reading', thrown);
  }
  const text = 'A file of the site is damaged in this browser’s storage. Upload it again.';
  throw new PeerServerError('storage-failed', text);
}
