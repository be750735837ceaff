/** Answers `/socket`: the WebSocket of the board. */
import type { Route } from 'peerserver';
import { z } from 'zod';

/** The boards that are open at the moment. It is in memory only: when the code starts anew, they connect again. */
const boards = new Set<WebSocket>();

/**
 * Pieces of lines that are kept; what was drawn before them is forgotten. A piece has 350 bytes at most, so the whole
 * picture has 7 MB: what waits for a visitor may have 8 MiB.
 */
const MOST_LINES = 20_000;

/** What we take for a piece of a line. Anybody can send us anything, so it is checked here. */
const Line = z.object({
  colour: z.enum([
    '#22252b',
    '#d0342c',
    '#e8871e',
    '#f2c500',
    '#2f9e44',
    '#1c7ed6',
    '#8241c4',
    '#ffffff',
  ]),
  width: z.union([z.literal(4), z.literal(12), z.literal(36)]),
  points: z.array(z.number().int().min(0).max(1600)).min(4).max(60),
});
const Message = z.union([
  z.object({ join: z.literal(true) }),
  z.object({ line: Line }),
  z.object({ clear: z.literal(true) }),
]);

interface LineRow {
  colour: string;
  width: number;
  points: string;
}

export const GET: Route = async ({ request, sql }) => {
  if (request.headers.get('upgrade') !== 'websocket') return new Response(null, { status: 426 });

  // Two ends: the visitor gets one, and we keep the other.
  const { 0: visitor, 1: board } = new WebSocketPair();
  board.accept();
  let gone = false;

  board.addEventListener('message', async ({ data }) => {
    const message = read(data);
    if (!message) return;
    if ('join' in message) {
      // The picture so far. Behind this line nothing is waited for, so that nobody misses what is drawn meanwhile.
      const lines = await sql<LineRow>`SELECT colour, width, points FROM lines ORDER BY id`;
      // The visitor may have gone while we asked.
      if (gone) return;
      const picture = lines.map((line) => ({ ...line, points: JSON.parse(line.points) }));
      board.send(JSON.stringify({ picture }));
      boards.add(board);
      tellHowMany();
      return;
    }
    if ('clear' in message) {
      await sql`DELETE FROM lines`;
    } else {
      const { colour, width, points } = message.line;
      await sql`
        INSERT INTO lines (colour, width, points)
        VALUES (${colour}, ${width}, ${JSON.stringify(points)})`;
    }
    // Who has drawn it sees it already.
    for (const other of boards) if (other !== board) other.send(data);
    await sql`DELETE FROM lines WHERE id <= (SELECT max(id) - ${MOST_LINES} FROM lines)`;
  });
  board.addEventListener('close', () => {
    gone = true;
    boards.delete(board);
    tellHowMany();
  });

  return new Response(null, { status: 101, webSocket: visitor });
};

/** What a message says; undefined for one that we do not understand. */
function read(data: string): z.infer<typeof Message> | undefined {
  try {
    return Message.safeParse(JSON.parse(data)).data;
  } catch {
    // Not even JSON.
    return undefined;
  }
}

function tellHowMany(): void {
  for (const board of boards) board.send(JSON.stringify({ people: boards.size }));
}
