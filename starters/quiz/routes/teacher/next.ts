/** Answers a POST to `/teacher/next`: the quiz goes one step on. */
import { type Route, redirect } from 'peerserver';
import { tellEverybody } from '../_live.ts';
import { standing } from '../_quiz.ts';
import { requireTeacher } from './_teacher.ts';

export const POST: Route = async ({ sql, session }) => {
  requireTeacher({ session });
  const { asking, question, next } = await standing(sql);
  if (asking) await sql`UPDATE quiz SET phase = 'showing', question_id = ${question?.id}`;
  else if (next) await sql`UPDATE quiz SET phase = 'asking', question_id = ${next.id}`;
  else await sql`UPDATE quiz SET phase = 'over', question_id = NULL`;
  tellEverybody();
  return redirect('/teacher');
};
