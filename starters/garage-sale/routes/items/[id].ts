/** Answers `/items/1`, `/items/2`…: GET shows one thing, POST reserves it or cancels that. */
import { notFound, type Route, redirect } from 'peerserver';
import { type Item, typed, visitorOf } from '../_items.ts';

type ItemRoute = Route<{ id: string }>;

export const GET: ItemRoute = async ({ params, sql, session, render }) => {
  const [item] = await sql<Item>`SELECT * FROM items WHERE id = ${params.id}`;
  if (!item) return notFound('This is not for sale any more.');
  const page = await render('item', {
    ...item,
    mine: item.visitor !== null && item.visitor === session.visitor,
    problem: session.problem,
    // Whoever has reserved something need not type this again.
    name: session.name,
    contact: session.contact,
  });
  // A problem is shown once.
  delete session.problem;
  return page;
};

export const POST: ItemRoute = async ({ params, form, sql, session }) => {
  const fields = await form();
  const visitor = visitorOf(session);
  if (fields.button === 'cancel') {
    await sql`
      UPDATE items SET reserved_by = NULL, contact = NULL, visitor = NULL
      WHERE id = ${params.id} AND visitor = ${visitor}`;
    return redirect(`/items/${params.id}`);
  }
  session.name = typed(fields.name);
  session.contact = typed(fields.contact);
  if (session.name === '' || session.contact === '') {
    session.problem = 'Please say who you are and how the seller can reach you.';
    return redirect(`/items/${params.id}`);
  }
  // Two may press at the same moment. The condition lets only the first of them have it; who presses twice still
  // has it.
  const reserved = await sql`
    UPDATE items SET reserved_by = ${session.name}, contact = ${session.contact}, visitor = ${visitor}
    WHERE id = ${params.id} AND (reserved_by IS NULL OR visitor = ${visitor})
    RETURNING id`;
  if (reserved.length === 0) session.problem = 'Somebody was quicker than you.';
  return redirect(`/items/${params.id}`);
};
