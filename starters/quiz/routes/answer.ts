/** Answers a POST to `/answer`: the button that a player has pressed. */
import { type Route, redirect } from 'peerserver';
import { tellEverybody } from './_live.ts';
import { LETTERS, standing } from './_quiz.ts';

export const POST: Route = async ({ form, sql, session }) => {
  const { answer, question } = await form();
  const quiz = await standing(sql);
  const letter = LETTERS.find((known) => known === answer);
  // Too late, or for the question before: such an answer does not count.
  const counts = quiz.asking && String(quiz.question?.id) === question;
  if (counts && letter && session.player) {
    await sql`
      INSERT OR IGNORE INTO answers (question_id, player_id, answer)
      VALUES (${question}, ${session.player}, ${letter})`;
    tellEverybody();
  }
  return redirect('/');
};
