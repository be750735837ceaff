/** Answers `/rooms/1/socket`: the WebSocket of a room. */
import type { Route } from 'peerserver';
import { enter, type Guest, leave, sendToRoom } from '../../_guests.ts';

export const GET: Route<{ room: string }> = async ({ request, params, query, sql, session }) => {
  if (request.headers.get('upgrade') !== 'websocket') return new Response(null, { status: 426 });
  if (!session.name) return new Response(null, { status: 403 });
  const { room } = params;

  // What was said before: the last hundred, or, for a page that comes back, what it has missed. After this line
  // nothing is waited for: so no new message can come before these, and none between.
  const earlier = await sql`
    SELECT id, name, text, sent FROM messages
    WHERE room_id = ${room} AND id > ${Number(query.after) || 0}
    ORDER BY id DESC LIMIT 100`;

  // Two ends: the visitor gets one, and we keep the other.
  const { 0: visitor, 1: socket } = new WebSocketPair();
  socket.accept();
  const guest: Guest = { name: session.name, socket };

  socket.addEventListener('message', async ({ data }) => {
    const text = String(data).trim().slice(0, 2000);
    if (text === '') return;
    // Stored first, so that nobody reads what would be lost.
    const [message] = await sql`
      INSERT INTO messages (room_id, name, text) VALUES (${room}, ${guest.name}, ${text})
      RETURNING id, name, text, sent`;
    sendToRoom(room, { messages: [message] });
  });
  socket.addEventListener('close', () => leave(room, guest));

  socket.send(JSON.stringify({ messages: earlier.reverse() }));
  enter(room, guest);

  return new Response(null, { status: 101, webSocket: visitor });
};
