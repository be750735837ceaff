/** Answers `/teacher`: the screen for the wall, or the question for the teacher's word. */
import { type Route, redirect } from 'peerserver';
import { renderSVG } from 'uqr';

export const GET: Route = ({ session, url, render }) => {
  if (!session.teacher) {
    const problem = session.problem;
    delete session.problem;
    return render('teacher/word', { title: 'Teacher', problem });
  }
  // The address of this site, as a picture for the cameras of phones.
  return render('teacher/page', {
    title: 'Quiz',
    address: url.origin,
    code: renderSVG(url.origin),
  });
};

export const POST: Route = async ({ form, session, env }) => {
  const { word } = await form();
  if (word === env.TEACHER_WORD) session.teacher = true;
  else session.problem = 'That is not the word.';
  return redirect('/teacher');
};
