/** Answers `/seller/items/1`…: the seller's buttons. */
import { type Route, redirect } from 'peerserver';
import type { Item } from '../../_items.ts';

export const POST: Route<{ id: string }> = async ({ params, form, sql, session }) => {
  if (!session.seller) return redirect('/seller');
  const { button } = await form();
  if (button === 'free') {
    await sql`
      UPDATE items SET reserved_by = NULL, contact = NULL, visitor = NULL
      WHERE id = ${params.id}`;
  } else if (button === 'remove') {
    const [gone] = await sql<Item>`DELETE FROM items WHERE id = ${params.id} RETURNING *`;
    // Its photo goes with it. A picture of public/ has another address and stays.
    await sql`DELETE FROM photos WHERE '/photos/' || id = ${gone?.picture ?? null}`;
  }
  return redirect('/seller');
};
