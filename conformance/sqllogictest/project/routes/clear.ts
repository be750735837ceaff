/** Takes away what the file before has left. */
import type { Route } from 'peerserver';

export const POST: Route = async ({ sql, db }) => {
  const left = await sql<{ type: string; name: string }>`
    SELECT type, name FROM sqlite_schema
    WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE '\\_%' ESCAPE '\\'
    ORDER BY type DESC`;
  for (const { type, name } of left) await db.prepare(`DROP ${type} "${name}"`).run();
  return { dropped: left.length };
};
