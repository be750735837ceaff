/** Answers `/`, which everybody may see. */
import type { Route } from 'peerserver';
import { currentMember } from './_members.ts';

export const GET: Route = async ({ session, sql, render }) => {
  return render('index', { member: await currentMember(session, sql) });
};
