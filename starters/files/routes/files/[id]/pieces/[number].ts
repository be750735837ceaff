/** Answers PUT `/files/1/pieces/0`, `/files/1/pieces/1` and so on: takes one piece of a file. */
import { json, type Route } from 'peerserver';
import { fileOf } from '../../../_files.ts';

export const PUT: Route = async ({ request, sql, params }) => {
  const number = Number(params.number);
  const data = new Uint8Array(await request.arrayBuffer());
  const { id, size, piece_size, complete } = await fileOf(sql, params.id);
  // Otherwise anybody could change what somebody else has shared.
  if (complete) return json({ problem: 'This file is complete.' }, { status: 409 });
  // A piece that does not belong there would spoil the file.
  const expected = Math.min(piece_size, size - number * piece_size);
  if (data.length !== expected) return json({ problem: 'Not a piece of it' }, { status: 400 });
  // The same piece again, after a lost connection, takes the place of the first.
  await sql`INSERT OR REPLACE INTO pieces (file_id, number, data) VALUES (${id}, ${number}, ${data})`;
  // So that an upload that takes long is not taken for given up.
  await sql`UPDATE files SET added_at = ${Date.now()} WHERE id = ${id}`;
};
