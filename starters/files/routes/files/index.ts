/** Answers `/files`: GET lists the files, POST begins a new one. The pieces follow one by one. */
import { json, type Route } from 'peerserver';
import { deleteGivenUp, filesOf, MOST_BYTES, PIECE_BYTES } from '../_files.ts';

export const GET: Route = ({ sql }) => filesOf(sql);

export const POST: Route = async ({ request, sql }) => {
  const asked = await request.json();
  // Anybody can send anything: what comes in is looked at before it is used.
  const name = String(asked?.name ?? '').slice(0, 255) || 'file';
  const size = Number(asked?.size);
  if (!Number.isSafeInteger(size) || size < 0) return json({ problem: 'No size' }, { status: 400 });

  await deleteGivenUp(sql, Date.now());
  const [used] = await sql<{ bytes: number }>`SELECT coalesce(sum(size), 0) AS bytes FROM files`;
  if ((used?.bytes ?? 0) + size > MOST_BYTES) {
    const problem = `There is no room for ${name} any more. Delete something first.`;
    return json({ problem }, { status: 413 });
  }

  const [file] = await sql<{ id: number }>`
    INSERT INTO files (name, size, piece_size, added_at)
    VALUES (${name}, ${size}, ${PIECE_BYTES}, ${Date.now()}) RETURNING id`;
  return json({ id: file?.id, pieceBytes: PIECE_BYTES }, { status: 201 });
};
