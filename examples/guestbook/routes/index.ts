/**
 * Answers `/`. Each method has a function of its own; what they get as their one argument is taken apart right
 * in the brackets: only what is used is named.
 */
import { type Route, redirect } from 'peerserver';
import { entriesOf } from './_entries.ts';

export const GET: Route = async ({ sql, session, render, env }) => {
  const page = render('guestbook', {
    owner: env.OWNER,
    entries: await entriesOf(sql),
    // The session is this visitor's own, and stays until it is destroyed or expires.
    name: session.name,
    problem: session.problem,
    canWrite: (session.written ?? 0) < 3,
  });
  // Shown once.
  delete session.problem;
  return page;
};

export const POST: Route = async ({ form, sql, session }) => {
  const { author, message } = await form();
  if (typeof author !== 'string' || author.trim() === '') {
    session.problem = 'Please say who you are.';
  } else if (typeof message !== 'string' || message.trim() === '') {
    session.problem = 'Please write a message.';
  } else {
    // In this tag every ${…} is a value that is bound; none of it becomes SQL.
    await sql`INSERT INTO entries (author, message) VALUES (${author.trim()}, ${message.trim()})`;
    session.name = author.trim();
    session.written = (session.written ?? 0) + 1;
  }
  // After a form: so that loading the page again does not send it again.
  return redirect('/');
};
