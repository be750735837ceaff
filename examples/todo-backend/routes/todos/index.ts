/** The list: `/todos`. */
import type { Route } from 'peerserver';
import { answer, readTodo, type TodoRow, toTodo } from '../_todos.ts';

export const GET: Route = async ({ sql, url }) => {
  const rows = await sql<TodoRow>`SELECT * FROM todos ORDER BY "order" NULLS LAST, id`;
  return answer(rows.map((row) => toTodo(row, url)));
};

export const POST: Route = async ({ request, sql, url }) => {
  const { title, completed = false, order = null } = readTodo(await request.json());
  if (title === undefined) return answer({ error: 'A todo has a title.' }, 400);
  const [row] = await sql<TodoRow>`
    INSERT INTO todos (title, completed, "order") VALUES (${title}, ${completed ? 1 : 0}, ${order})
    RETURNING *`;
  return row && answer(toTodo(row, url), 201);
};

export const DELETE: Route = async ({ sql }) => {
  await sql`DELETE FROM todos`;
  return answer();
};

/** What a browser asks first when the page is of another site. */
export const OPTIONS: Route = () => answer();
