/** Answers `/name`: a visitor says who they are, or that they are somebody else. */
import { type Route, redirect } from 'peerserver';
import { typed } from './_groceries.ts';

export const POST: Route = async ({ form, sql, session }) => {
  const name = typed((await form()).name);
  delete session.me;
  delete session.name;
  if (name !== '') {
    const [person] = await sql<{ id: number }>`
      INSERT INTO people (name) VALUES (${name}) RETURNING id`;
    session.me = person?.id;
    session.name = name;
  }
  return redirect('/');
};
