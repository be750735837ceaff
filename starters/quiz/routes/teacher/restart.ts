/** Answers a POST to `/teacher/restart`: a new round, with the same players. */
import { type Route, redirect } from 'peerserver';
import { tellEverybody } from '../_live.ts';
import { requireTeacher } from './_teacher.ts';

export const POST: Route = async ({ sql, session }) => {
  requireTeacher({ session });
  await sql`DELETE FROM answers`;
  await sql`UPDATE quiz SET phase = 'waiting', question_id = NULL`;
  tellEverybody();
  return redirect('/teacher');
};
