import { type Database, INSERT_ROW } from '../../database.ts';

interface Context {
  readonly params: { readonly batch: string };
  readonly query: { readonly ms?: string };
  readonly db: Database;
}

/** Inserts rows for a time, one call after the other: single statements, or batches of so many. */
export async function POST({ params, query, db }: Context) {
  const batch = Number(params.batch);
  const ms = Number(query.ms);
  const insert = db.prepare(INSERT_ROW);
  const start = performance.now();
  let rows = 0;
  while (performance.now() - start < ms) {
    if (batch === 1) await insert.bind('A name', rows).run();
    else {
      await db.batch(Array.from({ length: batch }, (_, at) => insert.bind('A name', rows + at)));
    }
    rows += batch;
  }
  return { rows, ms: performance.now() - start };
}
