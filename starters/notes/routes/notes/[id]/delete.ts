/** A form's button sends POST here. A link would not do: browsers and search engines follow links by themselves. */
import { type Route, redirect } from 'peerserver';

export const POST: Route = async ({ sql, params }) => {
  await sql`DELETE FROM notes WHERE id = ${params.id}`;
  return redirect('/');
};
