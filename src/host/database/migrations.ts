/** `migrations/*.sql`: applied in the order of their names, once each, and remembered in the database. */
import { sha256Hex } from '../sha256.ts';
import { MAX_SQL_LENGTH, MIGRATION_TIME_MS } from './database-limits.ts';
import type { MigrationFile, MigrationReport } from './site-database.ts';
import type { SqlEngine } from './sql-engine.ts';
import { SqlError } from './sql-error.ts';

type Entry = MigrationReport['entries'][number];

const TABLE = '_migrations';

interface HashedMigration extends MigrationFile {
  /** SHA-256 of the text, in hexadecimal. */
  readonly hash: string;
}

/**
 * Applies what is not yet applied. Each migration is one transaction; after one that fails none is tried.
 * @param files of any kind; those that do not end in `.sql` are passed over
 */
export async function migrate(
  engine: SqlEngine,
  files: readonly MigrationFile[],
): Promise<MigrationReport> {
  const migrations = await Promise.all(
    files.filter(({ path }) => path.endsWith('.sql')).map(withHash),
  );
  migrations.sort((a, b) => (a.path < b.path ? -1 : 1));
  if (migrations.length === 0) return { ok: true, applied: [], entries: [] };

  engine.own(
    `CREATE TABLE IF NOT EXISTS ${TABLE} (path TEXT PRIMARY KEY, hash TEXT NOT NULL, applied_at TEXT NOT NULL)`,
  );
  const known = new Map(
    engine.own(`SELECT path, hash FROM ${TABLE}`).map(([path, hash]) => [String(path), hash]),
  );
  const applied: string[] = [];
  const entries: Entry[] = [];
  for (const migration of migrations) {
    const before = known.get(migration.path);
    if (before === migration.hash) continue;
    if (before !== undefined) {
      entries.push(changedEntry(migration));
      continue;
    }
    const failed = apply(engine, migration);
    if (failed) return { ok: false, applied, entries: [...entries, failed] };
    applied.push(migration.path);
  }
  return { ok: true, applied, entries };
}

/** @returns what the author is told when it fails */
function apply(engine: SqlEngine, { path, text, hash }: HashedMigration): Entry | undefined {
  if (text.length > MAX_SQL_LENGTH) {
    return failureEntry(path, text, 'it is too long', 'Make several files of it.', undefined);
  }
  try {
    const remember = {
      sql: `INSERT INTO ${TABLE} (path, hash, applied_at) VALUES (?, ?, datetime('now'))`,
      values: [path, hash],
    };
    engine.scriptInTransaction(text, [remember], MIGRATION_TIME_MS);
    return undefined;
  } catch (thrown) {
    if (!(thrown instanceof SqlError)) throw thrown;
    const { message, hint, position } = thrown.failure;
    return failureEntry(path, text, message, hint, position);
  }
}

function failureEntry(
  path: string,
  text: string,
  message: string,
  hint: string | undefined,
  position: number | undefined,
): Entry {
  return {
    level: 'error',
    source: 'database',
    text: `${path} failed: ${message}. Nothing of it was applied, and none of the migrations after it.`.replace(
      '..',
      '.',
    ),
    ...(hint === undefined ? {} : { hint }),
    place: { file: path, ...(position === undefined ? {} : placeIn(text, position)) },
  };
}

function changedEntry({ path }: HashedMigration): Entry {
  return {
    level: 'warn',
    source: 'database',
    text: `${path} was changed after it had been applied. The change has no effect on the database.`,
    hint: 'Put the change into a new migration. While you are still trying things out, you can begin anew instead: on the command line stop the host and remove the folder .peerserver; in a tab only by deleting the server.',
    place: { file: path },
  };
}

/** Line and column, from 1, of a position in a text. */
function placeIn(
  text: string,
  position: number,
): { line: number; column: number; lineText: string } {
  const before = text.slice(0, position);
  const start = before.lastIndexOf('\n') + 1;
  const end = text.indexOf('\n', start);
  return {
    line: before.split('\n').length,
    column: position - start + 1,
    lineText: text.slice(start, end < 0 ? undefined : end).trimEnd(),
  };
}

/** The ends of lines do not count: version control may change them on the way to another computer. */
async function withHash(file: MigrationFile): Promise<HashedMigration> {
  return { ...file, hash: await sha256Hex(file.text.replaceAll('\r\n', '\n')) };
}
