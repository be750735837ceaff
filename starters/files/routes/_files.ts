/**
 * What the routes ask of the database. A file whose name begins with _ answers no address: it is only there to be
 * imported.
 */
import { notFound, type SqlTag } from 'peerserver';

export interface SharedFile {
  id: number;
  name: string;
  size: number;
  piece_size: number;
  added_at: number;
}

/** Bytes that may be shared altogether. The database has to fit into the browser's storage. */
export const MOST_BYTES = 400 * 1024 * 1024;
/** Bytes of one piece. */
export const PIECE_BYTES = 512 * 1024;

/** All files that are whole, the newest first. */
export function filesOf(sql: SqlTag): Promise<SharedFile[]> {
  return sql<SharedFile>`SELECT * FROM files WHERE complete ORDER BY id DESC`;
}

/** The file with this number. A Response that is thrown is the answer, too: here it is 404. */
export async function fileOf(sql: SqlTag, id: string | undefined): Promise<SharedFile> {
  const [file] = await sql<SharedFile>`SELECT * FROM files WHERE id = ${id}`;
  if (!file) throw notFound('There is no such file any more.');
  return file;
}
