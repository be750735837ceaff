/** Answers a POST to `/rooms`: makes a room, and leads there. */
import { type Route, redirect } from 'peerserver';

export const POST: Route = async ({ form, sql, session }) => {
  const fields = await form();
  const name = String(fields.room ?? '')
    .trim()
    .slice(0, 30);
  if (!session.name || name === '') return redirect('/');
  // If there is a room of this name already, nothing is inserted, and the visitor gets that one.
  await sql`INSERT INTO rooms (name) VALUES (${name}) ON CONFLICT DO NOTHING`;
  const [room] = await sql<{ id: number }>`SELECT id FROM rooms WHERE name = ${name}`;
  return redirect(`/rooms/${room?.id}`);
};
