import { PeerServerError } from '../../../protocol/errors.ts';
import { listArchive } from '../../host.ts';
import { parseFilePath } from '../names/file-path.ts';
import { MAX_UPLOAD_FILES, type UploadBatch, type UploadItem } from './upload-tree.ts';

/**
 * Unpacked at most, bytes: all of it is held by the page until it is stored. The import of a whole server has
 * no such need.
 */
export const MAX_UNPACKED_HERE = 500_000_000;

/**
 * The files in a zip, unpacked.
 * @throws PeerServerError bad-input when it is none, damaged or too large; cancelled
 */
export async function unpackZip(zip: Blob, signal: AbortSignal): Promise<UploadBatch> {
  const files = await listArchive(zip);
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  if (files.length > MAX_UPLOAD_FILES || bytes > MAX_UNPACKED_HERE) {
    const text = `At most ${MAX_UPLOAD_FILES} files and ${MAX_UNPACKED_HERE / 1e6} MB can be unpacked here. Import the zip as a whole site instead, with the menu “Server”.`;
    throw new PeerServerError('bad-input', text);
  }
  const items: UploadItem[] = [];
  const skipped: string[] = [];
  for (const { path, open } of files) {
    if (signal.aborted) throw new PeerServerError('cancelled', 'The upload was stopped.');
    const parsed = parseFilePath(path);
    if (parsed.ok) items.push({ path: parsed.path, file: await new Response(open()).blob() });
    else skipped.push(path);
  }
  return { items, skipped };
}
