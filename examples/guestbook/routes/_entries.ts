/** A file that begins with `_` answers no address: it is only there to be imported. */
import type { SqlTag } from 'peerserver';

export interface Entry {
  id: number;
  author: string;
  message: string;
}

/** All entries, the newest first. */
export function entriesOf(sql: SqlTag): Promise<Entry[]> {
  return sql<Entry>`SELECT id, author, message FROM entries ORDER BY id DESC`;
}
