/** What the routes ask of the database. A file whose name begins with _ answers no address. */
import type { SqlTag } from 'peerserver';

export interface Answer {
  id: number;
  text: string;
  picture: string;
  votes: number;
  /** Its part of all votes, from 0 to 100. */
  percent: number;
}

/** All answers with the votes that each has so far. */
export async function standings(sql: SqlTag): Promise<{ answers: Answer[]; total: number }> {
  const rows = await sql<Omit<Answer, 'percent'>>`
    SELECT answers.id, text, picture, count(visitor) AS votes
    FROM answers LEFT JOIN votes ON answer_id = answers.id
    GROUP BY answers.id ORDER BY answers.id`;
  const total = rows.reduce((sum, { votes }) => sum + votes, 0);
  const percent = (votes: number) => (total === 0 ? 0 : Math.round((100 * votes) / total));
  return { total, answers: rows.map((row) => ({ ...row, percent: percent(row.votes) })) };
}
