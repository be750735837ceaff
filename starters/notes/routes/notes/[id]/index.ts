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
export const POST: Route = async ({ sql, params, form, render }) => {
  const fields = await form();
  const title = String(fields.title).trim() || 'Untitled';
  const text = String(fields.text);
  // The form knows of which time its note is. When somebody else has saved since, nothing is changed. (The same
  // again is no harm: somebody has pressed twice.)
  const saved = await sql`
    UPDATE notes SET title = ${title}, text = ${text}, changed_at = ${Date.now()}
    WHERE id = ${params.id}
      AND (changed_at = ${Number(fields.changed_at)} OR (title = ${title} AND text = ${text}))
    RETURNING id`;
  if (saved.length > 0) return redirect(`/notes/${params.id}`);

  // The form again, with what was typed, so that nobody's work is lost. Its time is the new one now: who has read
  // this and saves once more means it.
  const [now] = await sql<Note>`SELECT * FROM notes WHERE id = ${params.id}`;
  const problem = now
    ? 'Somebody else has changed this note meanwhile. This is your text; Save puts it in the place of theirs.'
    : 'Somebody has deleted this note meanwhile. This is your text; Save makes a new note of it.';
  return render(
    'edit',
    {
      title: `Edit ${title}`,
      action: now ? `/notes/${now.id}` : '/',
      problem,
      theirs: now?.id,
      note: { title, text, changed_at: now?.changed_at },
    },
    { status: 409 },
  );
};
