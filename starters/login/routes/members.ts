/** Answers `/members`, the protected page: GET shows it, POST saves the member's note. */
import { type Route, redirect } from 'peerserver';
import { currentMember } from './_members.ts';

export const GET: Route = async ({ session, sql, render }) => {
  const member = await currentMember(session, sql);
  // This line is what protects the page. Whoever is not logged in gets nothing of what follows.
  if (!member) return redirect('/login?for=members');
  const page = await render('members', { member, saved: session.saved });
  delete session.saved;
  return page;
};

export const POST: Route = async ({ form, session, sql }) => {
  const member = await currentMember(session, sql);
  if (!member) return redirect('/login?for=members');
  const { note } = await form();
  // The id comes from the session, not from the form, so nobody can write into another member's note.
  await sql`UPDATE members SET note = ${String(note ?? '').slice(0, 10_000)} WHERE id = ${member.id}`;
  session.saved = true;
  return redirect('/members');
};
