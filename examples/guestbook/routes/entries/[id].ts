/** Answers `/entries/1`, `/entries/2`…: `[id]` is in `params`. An object becomes JSON. */
import { notFound, type Route } from 'peerserver';
import type { Entry } from '../_entries.ts';

export const GET: Route<{ id: string }> = async ({ params, sql }) => {
  const [entry] = await sql<Entry>`SELECT id, author, message FROM entries WHERE id = ${params.id}`;
  return entry ?? notFound(`There is no entry ${params.id}.`);
};
