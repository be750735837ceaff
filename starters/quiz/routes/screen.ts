/** Answers `/screen`: what is on a player's screen now. public/live.js puts it into the page. */
import type { Route } from 'peerserver';
import { choices, scores, standing } from './_quiz.ts';

export const GET: Route = async ({ sql, session, render }) => {
  const quiz = await standing(sql);
  const all = await scores(sql);
  // Also undefined when the player has been deleted on the Database page.
  const me = all.find((player) => player.id === session.player);
  const [mine] = await sql<{ answer: string }>`
    SELECT answer FROM answers
    WHERE question_id = ${quiz.question?.id ?? null} AND player_id = ${me?.id ?? null}`;
  const options = quiz.question ? await choices(sql, quiz.question) : [];
  return render(
    'player/screen',
    {
      ...quiz,
      me,
      players: all.length,
      mine: options.find(({ letter }) => letter === mine?.answer),
      right: options.find((option) => option.right),
      options,
    },
    // A piece of a page has no head and body of its own.
    { layout: false },
  );
};
