/** Who is in which room at the moment. Whoever imports this file shares the same map. */

export interface Guest {
  readonly name: string;
  readonly socket: WebSocket;
}

/** By the room's id. It is in memory only: when the code starts anew, the pages connect again. */
const rooms = new Map<string, Set<Guest>>();

/** Lets somebody in, and tells everybody in the room. */
export function enter(room: string, guest: Guest): void {
  const guests = rooms.get(room) ?? new Set();
  rooms.set(room, guests.add(guest));
  tellWhoIsThere(room);
}

/** Lets somebody out, and tells those who are left. */
export function leave(room: string, guest: Guest): void {
  const guests = rooms.get(room);
  guests?.delete(guest);
  // An empty room needs no place in the map.
  if (guests?.size === 0) rooms.delete(room);
  tellWhoIsThere(room);
}

/** Sends the same to everybody in a room. */
export function sendToRoom(room: string, data: object): void {
  for (const { socket } of rooms.get(room) ?? []) socket.send(JSON.stringify(data));
}

function tellWhoIsThere(room: string): void {
  const names = [...(rooms.get(room) ?? [])].map((guest) => guest.name);
  // In a Set each name is once: somebody may have two windows open.
  sendToRoom(room, { people: [...new Set(names)].sort() });
}
