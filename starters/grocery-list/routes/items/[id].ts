/** Answers `/items/1`, `/items/2`…: the buttons beside an item. Each sends what it is for as `button`. */
import { type Route, redirect } from 'peerserver';
import { tellEverybody } from '../_live.ts';

export const POST: Route<{ id: string }> = async ({ params, form, sql, session }) => {
  const { button } = await form();
  const { me } = session;
  if (!me) {
    session.problem = 'Please say who you are first.';
    return redirect('/');
  }
  if (button === 'bring') {
    // Two may press at the same moment. The second finds the item taken, and changes nothing.
    await sql`UPDATE items SET person_id = ${me} WHERE id = ${params.id} AND person_id IS NULL`;
  } else if (button === 'give back') {
    // Only who has taken it on can give it back.
    await sql`UPDATE items SET person_id = NULL WHERE id = ${params.id} AND person_id = ${me}`;
  } else if (button === 'remove') {
    await sql`DELETE FROM items WHERE id = ${params.id}`;
  }
  tellEverybody();
  return redirect('/');
};
