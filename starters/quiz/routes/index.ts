/** Answers `/`: a player's page. POST comes from the form in which one says one's name. */
import { type Route, redirect } from 'peerserver';
import { tellEverybody } from './_live.ts';

export const GET: Route = ({ render }) => render('player/page', { title: 'Quiz' });

export const POST: Route = async ({ form, sql, session }) => {
  const name = String((await form()).name ?? '')
    .trim()
    .slice(0, 30);
  if (name !== '') {
    // Who is a player already gets this name, and does not become a second one.
    const [known] = await sql<{ id: number }>`
      UPDATE players SET name = ${name} WHERE id = ${session.player ?? null} RETURNING id`;
    if (!known) {
      const [player] = await sql<{ id: number }>`
        INSERT INTO players (name) VALUES (${name}) RETURNING id`;
      // The session is this visitor's own: so the next requests are known to be this player's.
      session.player = player?.id;
    }
    tellEverybody();
  }
  return redirect('/');
};
