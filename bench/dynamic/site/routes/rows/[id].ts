import { type Database, SELECT_ROW } from '../../database.ts';

interface Context {
  readonly params: { readonly id: string };
  readonly db: Database;
}

export const GET = ({ params, db }: Context) =>
  db.prepare(SELECT_ROW).bind(Number(params.id)).first();
