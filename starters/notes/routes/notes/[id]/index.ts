/** Answers `/notes/1`, `/notes/2` and so on: one note. */
import { notFound, type Route, redirect } from 'peerserver';
import { toHtml } from '../../../lib/markdown.ts';
import type { Note } from '../../../lib/notes.ts';

export const GET: Route = async ({ sql, params, render }) => {
  const [note] = await sql<Note>`SELECT * FROM notes WHERE id = ${params.id}`;
  if (!note) return notFound('There is no such note.');
  return render('note', { title: note.title, note, html: toHtml(note.text) });
};

/** Saves what the form at `/notes/1/edit` has sent. */
export const POST: Route = async ({ sql, params, form }) => {
  const { title, text } = await form();
  await sql`
    UPDATE notes
    SET title = ${String(title).trim() || 'Untitled'}, text = ${String(text)}, changed_at = ${Date.now()}
    WHERE id = ${params.id}`;
  return redirect(`/notes/${params.id}`);
};
