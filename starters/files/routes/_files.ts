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
  /** 1 when all pieces are here, else 0. */
  complete: number;
}

/** Bytes that may be shared altogether. The database has to fit into the browser's storage. */
export const MOST_BYTES = 400 * 1024 * 1024;
/** Bytes of one piece. */
export const PIECE_BYTES = 512 * 1024;
/** Milliseconds without a new piece after which an upload is taken for given up. */
const GIVEN_UP_AFTER = 60 * 60 * 1000;

/** All files that are whole, the newest first. */
export function filesOf(sql: SqlTag): Promise<SharedFile[]> {
  return sql<SharedFile>`SELECT * FROM files WHERE complete ORDER BY id DESC`;
}

/** Removes uploads that nobody goes on with: a page that is closed in the middle cannot say so. */
export async function deleteGivenUp(sql: SqlTag, now: number): Promise<void> {
  const limit = now - GIVEN_UP_AFTER;
  await sql`
    DELETE FROM pieces WHERE file_id IN (SELECT id FROM files WHERE NOT complete AND added_at < ${limit})`;
  await sql`DELETE FROM files WHERE NOT complete AND added_at < ${limit}`;
}

/** The file with this number. A Response that is thrown is the answer, too: here it is 404. */
export async function fileOf(sql: SqlTag, id: string | undefined): Promise<SharedFile> {
  const [file] = await sql<SharedFile>`SELECT * FROM files WHERE id = ${id}`;
  if (!file) throw notFound('There is no such file any more.');
  return file;
}
