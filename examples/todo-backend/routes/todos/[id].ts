/** One of the list: `/todos/1`. */
import type { Route } from 'peerserver';
import { answer, readTodo, type TodoRow, toTodo } from '../_todos.ts';

type TodoRoute = Route<{ id: string }>;

const nothing = () => answer({ error: 'There is no such todo.' }, 404);

export const GET: TodoRoute = async ({ params, sql, url }) => {
  const [row] = await sql<TodoRow>`SELECT * FROM todos WHERE id = ${params.id}`;
  return row ? answer(toTodo(row, url)) : nothing();
};

export const PATCH: TodoRoute = async ({ params, request, sql, url }) => {
  const { title = null, completed, order = null } = readTodo(await request.json());
  const done = completed === undefined ? null : Number(completed);
  // COALESCE takes the first that is not null: what the request does not say stays as it is.
  const [row] = await sql<TodoRow>`
    UPDATE todos SET
      title = COALESCE(${title}, title),
      completed = COALESCE(${done}, completed),
      "order" = COALESCE(${order}, "order")
    WHERE id = ${params.id}
    RETURNING *`;
  return row ? answer(toTodo(row, url)) : nothing();
};

export const DELETE: TodoRoute = async ({ params, sql }) => {
  await sql`DELETE FROM todos WHERE id = ${params.id}`;
  return answer();
};

export const OPTIONS: TodoRoute = () => answer();
