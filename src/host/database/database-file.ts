/** A whole database as the bytes of an ordinary SQLite file: out for a backup, in for a restore. */
import type { Database, Sqlite3Static } from '@sqlite.org/sqlite-wasm';
import { PeerServerError } from '../../protocol/errors.ts';
import { MAX_DATABASE_BYTES } from './database-limits.ts';

/** SQLite as it is, and a database open in it. */
export interface RawDatabase {
  readonly sqlite3: Sqlite3Static;
  readonly database: Database;
}

const HEADER = new TextEncoder().encode('SQLite format 3\0');

/** Where the header says which journal is used: 2 is write-ahead logging, 1 is none (file format, 1.3.3). */
const WRITE_VERSION = 18;
const READ_VERSION = 19;
const NO_WAL = 1;

/** Where the header says how texts are kept, in four bytes: 1 is UTF-8 (1.3.13). */
const TEXT_ENCODING = 56;
const UTF16_ENCODINGS: readonly number[] = [2, 3];

/** Whether this can be an SQLite file at all: its first bytes and its least size. */
export function isSqliteFile(file: Uint8Array): boolean {
  return file.length >= 512 && HEADER.every((byte, index) => file[index] === byte);
}

/** All pages at one moment, as an ordinary file that needs no log beside it. */
export function readPages({ database }: RawDatabase): Uint8Array<ArrayBuffer> {
  const pageSize = Number(database.selectValue('PRAGMA page_size'));
  // A database that nothing was ever written to has no page, and a file without any is no database.
  if (Number(database.selectValue('PRAGMA page_count')) === 0) {
    database.exec('PRAGMA user_version = 0');
  }
  const file = new Uint8Array(pageSize * Number(database.selectValue('PRAGMA page_count')));
  let at = 0;
  // By way of the table of pages: `sqlite3_serialize` would need as much again of SQLite's memory.
  database.exec({
    sql: 'SELECT data FROM sqlite_dbpage',
    rowMode: 0,
    callback: (page) => {
      if (!(page instanceof Uint8Array)) return;
      file.set(page, at);
      at += page.length;
    },
  });
  file[WRITE_VERSION] = NO_WAL;
  file[READ_VERSION] = NO_WAL;
  return file;
}

/**
 * Checks `file` and copies it over the database in one transaction: after a crash halfway it is the old one.
 * @throws PeerServerError bad-input when the file is damaged or its texts are UTF-16; storage-failed
 */
export function replacePages({ sqlite3, database }: RawDatabase, file: Uint8Array): void {
  const { capi } = sqlite3;
  if (file.length > MAX_DATABASE_BYTES) {
    const text = `This database is larger than ${MAX_DATABASE_BYTES / 1024 / 1024} MiB, which is the most that a site may have.`;
    throw new PeerServerError('bad-input', text);
  }
  if (UTF16_ENCODINGS.includes(uint32At(file, TEXT_ENCODING))) {
    // SQLite's WebAssembly is built without UTF-16: it can neither read nor convert them.
    const text =
      'This database keeps its texts as UTF-16, which cannot be read here. Nothing was changed. On a computer, make one of UTF-8 of it and choose that: sqlite3 old.sqlite .dump | sqlite3 new.sqlite';
    throw new PeerServerError('bad-input', text);
  }
  const source = openInMemory(sqlite3, file);
  try {
    checkSound(source);
    // Pages of another size cannot be copied into a database that keeps a write-ahead log.
    database.exec('PRAGMA journal_mode = delete');
    try {
      copy(capi, database, source);
    } finally {
      database.exec('PRAGMA journal_mode = wal');
    }
    const pageSize = Number(database.selectValue('PRAGMA page_size'));
    database.exec(`PRAGMA max_page_count = ${Math.floor(MAX_DATABASE_BYTES / pageSize)}`);
  } finally {
    source.close();
  }
}

function uint32At({ buffer, byteOffset, byteLength }: Uint8Array, at: number): number {
  return new DataView(buffer, byteOffset, byteLength).getUint32(at);
}

function openInMemory(sqlite3: Sqlite3Static, file: Uint8Array): Database {
  const { capi, wasm, oo1 } = sqlite3;
  const source = new oo1.DB(':memory:');
  try {
    // Node's Buffer is a subclass, and those are not taken.
    const { buffer, byteOffset, length } = file;
    const start = wasm.allocFromTypedArray(new Uint8Array(buffer, byteOffset, length));
    const heap = wasm.heap8u();
    heap[start + WRITE_VERSION] = NO_WAL;
    heap[start + READ_VERSION] = NO_WAL;
    const flags = capi.SQLITE_DESERIALIZE_FREEONCLOSE | capi.SQLITE_DESERIALIZE_RESIZEABLE;
    const code = capi.sqlite3_deserialize(source, 'main', start, length, length, flags);
    if (code !== 0) throw damaged(capi.sqlite3_js_rc_str(code) ?? String(code));
    return source;
  } catch (thrown) {
    source.close();
    if (thrown instanceof PeerServerError) throw thrown;
    const text = 'There is not enough memory to check this database. Nothing was changed.';
    throw new PeerServerError('storage-failed', text, { cause: thrown });
  }
}

function checkSound(source: Database): void {
  let said: unknown;
  try {
    said = source.selectValue('PRAGMA quick_check(1)');
  } catch (thrown) {
    throw damaged(thrown instanceof Error ? thrown.message : String(thrown), thrown);
  }
  if (said !== 'ok') throw damaged(String(said));
}

function copy(capi: Sqlite3Static['capi'], to: Database, from: Database): void {
  const backup = capi.sqlite3_backup_init(to, 'main', from, 'main');
  if (!backup) throw notCopied(capi.sqlite3_errmsg(to));
  const code = capi.sqlite3_backup_step(backup, -1);
  // Rolls back what `step` could not end.
  capi.sqlite3_backup_finish(backup);
  if (code !== capi.SQLITE_DONE) throw notCopied(capi.sqlite3_js_rc_str(code) ?? String(code));
}

function damaged(detail: string, cause?: unknown): PeerServerError {
  const text = `This database is damaged (${detail}). Nothing was changed: choose another file.`;
  return new PeerServerError('bad-input', text, { cause });
}

function notCopied(detail: string): PeerServerError {
  const text = `The database could not be replaced (${detail}). The old one is still there: free space on the disk, then try again.`;
  return new PeerServerError('storage-failed', text);
}
