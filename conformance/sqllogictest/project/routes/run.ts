/**
 * Runs statements one after the other through D1's calls, as a site's code does. What a value's type is must
 * not be lost on the way, so each is sent as text with a letter before it.
 */
import type { D1Database, Route } from 'peerserver';

interface Statement {
  readonly sql: string;
  readonly kind: 'statement' | 'query';
}

export const POST: Route = async ({ request, db }) => {
  const statements = (await request.json()) as Statement[];
  // Not awaited one by one: calls are carried out in the order in which they are made.
  return await Promise.all(statements.map((statement) => run(db, statement)));
};

async function run(db: D1Database, { sql, kind }: Statement): Promise<object> {
  try {
    if (kind === 'query') {
      const rows = await db.prepare(sql).raw<unknown[]>();
      return { values: rows.flat().map(tagged), columns: rows[0]?.length ?? 0 };
    }
    // A few are two in one, which `prepare` does not take.
    if (/;\s*\S/.test(sql)) await db.exec(sql);
    else await db.prepare(sql).run();
    return { values: [], columns: 0 };
  } catch (thrown) {
    return { error: thrown instanceof Error ? thrown.message : String(thrown) };
  }
}

function tagged(value: unknown): string {
  if (value === null) return 'n';
  if (typeof value === 'bigint') return `i${value}`;
  if (typeof value === 'number') return `r${value}`;
  if (typeof value === 'string') return `t${value}`;
  return `b${String.fromCharCode(...new Uint8Array(value as ArrayBuffer))}`;
}
