/** Answers a POST to `/teacher/next`: the quiz goes one step on. */
import { type Route, redirect } from 'peerserver';
import { tellEverybody } from '../_live.ts';
import { standing } from '../_quiz.ts';
import { requireTeacher } from './_teacher.ts';

export const POST: Route = async ({ form, sql, session }) => {
  requireTeacher({ session });
  const { step } = await form();
  const quiz = await standing(sql);
  // The button was pressed twice, or on two screens: the quiz has gone on already.
  if (step !== quiz.step) return redirect('/teacher');
  const { asking, question, next } = quiz;
  if (asking) await sql`UPDATE quiz SET phase = 'showing', question_id = ${question?.id}`;
  else if (next) await sql`UPDATE quiz SET phase = 'asking', question_id = ${next.id}`;
  else await sql`UPDATE quiz SET phase = 'over', question_id = NULL`;
  tellEverybody();
  return redirect('/teacher');
};
