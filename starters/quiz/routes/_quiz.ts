/**
 * What the routes ask of the database. A file whose name begins with _ answers no address: it is only there to be
 * imported.
 */
import type { SqlTag } from 'peerserver';

export const LETTERS = ['a', 'b', 'c', 'd'] as const;
export type Letter = (typeof LETTERS)[number];

interface Question {
  id: number;
  text: string;
  a: string;
  b: string;
  c: string;
  d: string;
  right_answer: Letter;
}

interface Standing {
  phase: 'waiting' | 'asking' | 'showing' | 'over';
  question_id: number | null;
}

/** Where the quiz stands, with the question of the moment. */
export async function standing(sql: SqlTag) {
  const [row] = await sql<Standing>`SELECT phase, question_id FROM quiz`;
  const phase = row?.phase ?? 'waiting';
  const questions = await sql<Question>`SELECT * FROM questions ORDER BY id`;
  const index = questions.findIndex((question) => question.id === row?.question_id);
  return {
    phase,
    question: questions[index],
    next: questions[index + 1],
    number: index + 1,
    count: questions.length,
    // Another word for each step of the quiz.
    step: `${phase} ${index + 1}`,
    // Handlebars has no comparisons: so there is a word for each phase.
    waiting: phase === 'waiting',
    asking: phase === 'asking',
    showing: phase === 'showing',
    over: phase === 'over',
  };
}

/** The four answers of a question: text, how many chose it, and which is right. */
export async function choices(sql: SqlTag, question: Question) {
  const counts = await sql<{ answer: Letter; n: number }>`
    SELECT answer, count(*) AS n FROM answers WHERE question_id = ${question.id} GROUP BY answer`;
  return LETTERS.map((letter) => {
    const n = counts.find(({ answer }) => answer === letter)?.n ?? 0;
    return {
      letter,
      text: question[letter],
      n,
      right: letter === question.right_answer,
    };
  });
}

/** Everybody with their points, the best first: one for each right answer. As many points are the same place. */
export function scores(sql: SqlTag) {
  return sql<{ id: number; name: string; points: number; place: number }>`
    SELECT players.id, players.name, count(questions.id) AS points,
      rank() OVER (ORDER BY count(questions.id) DESC) AS place
    FROM players
      LEFT JOIN answers ON answers.player_id = players.id
      LEFT JOIN questions ON questions.id = question_id AND right_answer = answer
    GROUP BY players.id ORDER BY points DESC, players.name COLLATE NOCASE`;
}
