/** Answers `/login`: GET shows the form, POST compares name and password. */
import { type Route, redirect, verifyPassword } from 'peerserver';
import { currentMember, memberCalled } from './_members.ts';

export const GET: Route = async ({ session, sql, query, render }) => {
  if (await currentMember(session, sql)) return redirect('/members');
  // Other pages send people here with /login?for=members, to say why.
  return render('login', { needed: query.for === 'members' });
};

export const POST: Route = async ({ form, session, sql, render, log }) => {
  const fields = await form();
  const name = String(fields.name ?? '').trim();
  const member = await memberCalled(name, sql);
  if (member && (await verifyPassword(String(fields.password ?? ''), member.password_hash))) {
    session.memberId = member.id;
    return redirect('/members');
  }
  log.warn(`A wrong name or password for ${name}`);
  // We do not say which of the two is wrong: that makes guessing harder. It hides nobody, since the page to register
  // tells which names are taken.
  return render('login', { name, problem: true }, { status: 422 });
};
