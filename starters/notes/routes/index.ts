/** Answers `/`: the list of notes, and the search. */
import { type Route, redirect } from 'peerserver';
import { findNotes } from '../lib/notes.ts';

export const GET: Route = async ({ sql, query, render }) => {
  const search = query.search ?? '';
  return render('list', { title: 'Notes', search, notes: await findNotes(sql, search) });
};

/** A new note, from the form at `/notes/new`. */
export const POST: Route = async ({ sql, form }) => {
  const { title, text } = await form();
  const [note] = await sql<{ id: number }>`
    INSERT INTO notes (title, text, changed_at)
    VALUES (${String(title).trim() || 'Untitled'}, ${String(text)}, ${Date.now()}) RETURNING id`;
  // After a form: so that loading the page again does not send it again.
  return redirect(`/notes/${note?.id}`);
};
