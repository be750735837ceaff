/** Reading and searching notes. Not in routes/, so it answers no address; the routes import it. */
import type { SqlTag } from 'peerserver';

export interface Note {
  id: number;
  title: string;
  text: string;
  changed_at: number;
}

/** A note as the list shows it. */
export interface NoteInList {
  id: number;
  title: string;
  /** A piece of the text; where words were searched, they stand between « and ». */
  excerpt: string;
  changed_at: number;
}

/** All notes, the last changed first; or those with the words that are searched, the best first. */
export function findNotes(sql: SqlTag, search: string): Promise<NoteInList[]> {
  const words = toQuery(search);
  if (words === '') {
    return sql<NoteInList>`
      SELECT id, title, substr(text, 1, 120) AS excerpt, changed_at FROM notes ORDER BY changed_at DESC`;
  }
  return sql<NoteInList>`
    SELECT notes.id, notes.title, notes.changed_at,
      snippet(notes_index, 1, '«', '»', '…', 16) AS excerpt
    FROM notes_index JOIN notes ON notes.id = notes_index.rowid
    WHERE notes_index MATCH ${words} ORDER BY rank LIMIT 100`;
}

/**
 * FTS5 has a language of its own, in which a lone quote is a mistake. So each word is put into quotes; a star
 * after it stays outside: then it means "begins with".
 */
function toQuery(search: string): string {
  return search
    .split(/\s+/)
    .map((word) => ({ word: word.replaceAll(/["*]/g, ''), begins: word.endsWith('*') }))
    .filter(({ word }) => word !== '')
    .map(({ word, begins }) => `"${word}"${begins ? '*' : ''}`)
    .join(' ');
}
