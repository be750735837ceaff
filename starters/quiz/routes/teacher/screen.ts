/** Answers `/teacher/screen`: what is on the wall now. public/live.js puts it into the page. */
import type { Route } from 'peerserver';
import { choices, scores, standing } from '../_quiz.ts';
import { requireTeacher } from './_teacher.ts';

export const GET: Route = async ({ sql, session, render }) => {
  requireTeacher({ session });
  const quiz = await standing(sql);
  const options = quiz.question ? await choices(sql, quiz.question) : [];
  return render(
    'teacher/screen',
    {
      ...quiz,
      options,
      answered: options.reduce((sum, { n }) => sum + n, 0),
      players: await scores(sql),
    },
    { layout: false },
  );
};
