/** Answers `/register`: GET shows the form, POST makes a member. */
import { hashPassword, type Route, redirect } from 'peerserver';
import { currentMember, memberCalled, problemOfName, problemOfPassword } from './_members.ts';

export const GET: Route = async ({ session, sql, render }) => {
  if (await currentMember(session, sql)) return redirect('/members');
  return render('register');
};

export const POST: Route = async ({ form, session, sql, render, log }) => {
  const fields = await form();
  const name = String(fields.name ?? '').trim();
  const password = String(fields.password ?? '');

  let nameProblem = problemOfName(name);
  const passwordProblem = problemOfPassword(password);
  if (!nameProblem && (await memberCalled(name, sql))) {
    nameProblem = 'There is a member of this name already.';
  }
  if (nameProblem || passwordProblem) {
    // The form again, with what is wrong beside each field. The name stays, so that nobody types it twice.
    return render('register', { name, nameProblem, passwordProblem }, { status: 422 });
  }

  // Only the hash is kept. If somebody else registered this name a moment ago, no row is inserted.
  const [member] = await sql<{ id: number }>`
    INSERT INTO members (name, password_hash) VALUES (${name}, ${await hashPassword(password)})
    ON CONFLICT DO NOTHING
    RETURNING id`;
  if (!member) return redirect('/register');
  log(`${name} has registered`);
  session.memberId = member.id;
  return redirect('/members');
};
