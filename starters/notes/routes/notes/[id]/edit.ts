/** Answers `/notes/1/edit`: the form to change a note. */
import { notFound, type Route } from 'peerserver';
import type { Note } from '../../../lib/notes.ts';

export const GET: Route = async ({ sql, params, render }) => {
  const [note] = await sql<Note>`SELECT * FROM notes WHERE id = ${params.id}`;
  if (!note) return notFound('There is no such note.');
  return render('edit', { title: `Edit ${note.title}`, action: `/notes/${note.id}`, note });
};
