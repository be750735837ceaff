import { PeerServerError } from '../../protocol/errors.ts';
import { MAX_DATABASE_BYTES } from '../database/database-limits.ts';

/**
 * The bytes of a file that is to become a site's database, none of them checked. One that is larger than a
 * database may be is refused unread.
 * @throws PeerServerError bad-input when it is too large; storage-failed when it cannot be read
 */
export async function readDatabaseFile(file: Blob): Promise<Uint8Array<ArrayBuffer>> {
  if (file.size > MAX_DATABASE_BYTES) {
    const text = `This file is larger than ${MAX_DATABASE_BYTES / 1024 / 1024} MiB, which is the most that a site's database may have. Nothing was changed.`;
    throw new PeerServerError('bad-input', text);
  }
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch (thrown) {
    const text =
      'This file cannot be read. Nothing was changed: choose it again, it may have been moved.';
    throw new PeerServerError('storage-failed', text, { cause: thrown });
  }
}
