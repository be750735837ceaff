/** Answers `/`: GET shows the question, POST takes a vote. */
import { type Route, redirect } from 'peerserver';
import { sendToEverybody } from './_live.ts';
import { standings } from './_poll.ts';

export const GET: Route = async ({ sql, session, render }) => {
  const [poll] = await sql<{ question: string }>`SELECT question FROM poll`;
  const { answers, total } = await standings(sql);
  const [mine] = await sql<{ id: number }>`
    SELECT answer_id AS id FROM votes WHERE visitor = ${session.visitor ?? null}`;
  return render('index', {
    question: poll?.question,
    total,
    answers: answers.map((answer) => ({ ...answer, chosen: answer.id === mine?.id })),
  });
};

export const POST: Route = async ({ form, sql, session }) => {
  const { answer } = await form();
  // A secret name for this visitor, made up at the first vote. The session keeps it.
  session.visitor ??= crypto.randomUUID();
  // Takes the id from the table, so that there are votes only for answers that exist. Who votes again changes
  // their vote.
  await sql`
    INSERT INTO votes (visitor, answer_id)
    SELECT ${session.visitor}, id FROM answers WHERE id = ${String(answer)}
    ON CONFLICT (visitor) DO UPDATE SET answer_id = excluded.answer_id`;
  sendToEverybody(await standings(sql));
  return redirect('/');
};
