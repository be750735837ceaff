/** Answers `/`: GET shows the list, POST adds something to it. */
import { type Route, redirect } from 'peerserver';
import { groceries, supporters, typed } from './_groceries.ts';
import { tellEverybody } from './_live.ts';

export const GET: Route = async ({ sql, session, render }) => {
  // The session belongs to this visitor alone. `me` is in it once they have said their name.
  const me = session.me ?? null;
  const page = await render('index', {
    ...(await groceries(sql, me)),
    supporters: await supporters(sql),
    name: session.name,
    problem: session.problem,
  });
  // A problem is shown once.
  delete session.problem;
  return page;
};

export const POST: Route = async ({ form, sql, session }) => {
  const fields = await form();
  const name = typed(fields.wish);
  if (!session.me) {
    session.problem = 'Please say who you are first.';
  } else if (name === '') {
    session.problem = 'What is missing? Write it into the field.';
  } else {
    // Every ${…} is handed over as a value. Whatever a visitor types, it never becomes SQL.
    await sql`INSERT INTO items (name, category_id) VALUES (${name}, ${typed(fields.category)})`;
    tellEverybody();
  }
  // To the list again, so that loading the page anew does not add it twice.
  return redirect('/');
};
