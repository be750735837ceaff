/** Answers `/rooms/1`, `/rooms/2`…: the page of a room. What is said comes over the WebSocket. */
import { notFound, type Route, redirect } from 'peerserver';

interface Room {
  id: number;
  name: string;
}

export const GET: Route<{ room: string }> = async ({ params, sql, session, render }) => {
  if (!session.name) return redirect('/');
  const rooms = await sql<Room>`SELECT id, name FROM rooms ORDER BY id`;
  const here = rooms.find((room) => String(room.id) === params.room);
  if (!here) return notFound('There is no such room.');
  return render('room', {
    me: session.name,
    here,
    rooms: rooms.map((room) => ({ ...room, current: room === here })),
  });
};
