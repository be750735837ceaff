/** Answers `/`: asks for a name. GET shows the form, POST keeps the name in the session. */
import { type Route, redirect } from 'peerserver';

export const GET: Route = ({ session, query, render }) =>
  // Who has a name goes on to the first room, but for those who want another name: /?rename
  session.name && !('rename' in query)
    ? redirect('/rooms/1')
    : render('index', { name: session.name });

export const POST: Route = async ({ form, session }) => {
  const fields = await form();
  const name = String(fields.name ?? '')
    .trim()
    .slice(0, 30);
  if (name !== '') session.name = name;
  return redirect('/');
};
