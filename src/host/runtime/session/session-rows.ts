/** The table that sessions are kept in: `_sessions` of the site's database. */
import type { RuntimeLimits } from '../limits.ts';

/** After so many new sessions the whole number is looked at again. */
const PRUNE_EVERY = 256;

/** What of the D1 client is used here. */
export interface SessionDatabase {
  prepare(sql: string): {
    bind(...values: (string | number)[]): {
      first(): Promise<Record<string, unknown> | null>;
      run(): Promise<unknown>;
    };
  };
}

export interface SessionRow {
  readonly id: string;
  /** The key that its visitor proved. */
  readonly visitor: string;
  /** JSON. */
  readonly data: string;
  /** Milliseconds since 1970. */
  readonly expires: number;
}

/** All of its functions reject with what the database fails with. */
export class SessionRows {
  readonly #database: SessionDatabase;
  readonly #limits: RuntimeLimits;
  #table: Promise<unknown> | undefined;
  #created = 0;

  constructor(database: SessionDatabase, limits: RuntimeLimits) {
    this.#database = database;
    this.#limits = limits;
  }

  /** The session, if there is one of this visitor that has not expired. */
  async find(id: string, visitor: string, now: number): Promise<SessionRow | undefined> {
    await this.#tableExists();
    const row = await this.#database
      .prepare('SELECT data, expires FROM _sessions WHERE id = ? AND visitor = ? AND expires > ?')
      .bind(id, visitor, now)
      .first();
    // Numbers come as bigint where the site wants all integers so.
    return row ? { id, visitor, data: String(row.data), expires: Number(row.expires) } : undefined;
  }

  /** Keeps a new session, and removes what has expired or is beyond the limits. */
  async insert({ id, visitor, data, expires }: SessionRow, now: number): Promise<void> {
    await this.#tableExists();
    await this.#run(
      'INSERT INTO _sessions (id, visitor, data, expires) VALUES (?, ?, ?, ?)',
      id,
      visitor,
      data,
      expires,
    );
    await this.#run(
      `DELETE FROM _sessions WHERE visitor = ?1 AND id NOT IN
       (SELECT id FROM _sessions WHERE visitor = ?1 ORDER BY expires DESC LIMIT ?2)`,
      visitor,
      this.#limits.sessionsPerVisitor,
    );
    if (this.#created++ % PRUNE_EVERY !== 0) return;
    await this.#run('DELETE FROM _sessions WHERE expires <= ?', now);
    await this.#run(
      `DELETE FROM _sessions WHERE id IN
       (SELECT id FROM _sessions ORDER BY expires DESC LIMIT -1 OFFSET ?)`,
      this.#limits.sessions,
    );
  }

  /** Does nothing to one that was deleted meanwhile: it must not come back. */
  async update({ id, data, expires }: Omit<SessionRow, 'visitor'>): Promise<void> {
    await this.#run('UPDATE _sessions SET data = ?, expires = ? WHERE id = ?', data, expires, id);
  }

  async delete(id: string): Promise<void> {
    await this.#run('DELETE FROM _sessions WHERE id = ?', id);
  }

  async #run(sql: string, ...values: (string | number)[]): Promise<void> {
    await this.#database
      .prepare(sql)
      .bind(...values)
      .run();
  }

  async #tableExists(): Promise<void> {
    this.#table ??= this.#createTable();
    try {
      await this.#table;
    } catch (error) {
      this.#table = undefined;
      throw error;
    }
  }

  async #createTable(): Promise<void> {
    await this.#run(
      `CREATE TABLE IF NOT EXISTS _sessions
       (id TEXT PRIMARY KEY, visitor TEXT NOT NULL, data TEXT NOT NULL, expires INTEGER NOT NULL)
       WITHOUT ROWID`,
    );
    await this.#run(
      'CREATE INDEX IF NOT EXISTS _sessions_by_visitor ON _sessions (visitor, expires)',
    );
    await this.#run('CREATE INDEX IF NOT EXISTS _sessions_by_expiry ON _sessions (expires)');
  }
}
