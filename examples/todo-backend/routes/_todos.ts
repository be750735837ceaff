/** What both routes of the API share. */

/** A row of the table. SQLite has no type for true and false. */
export interface TodoRow {
  id: number;
  title: string;
  completed: 0 | 1;
  order: number | null;
}

/** A row as the API tells it. @param url address of the request, whose origin is this site's */
export function toTodo({ id, title, completed, order }: TodoRow, url: URL) {
  return { title, completed: completed === 1, order, url: new URL(`/todos/${id}`, url).href };
}

/** What a request may say of a todo; anything else in it is passed over. */
export function readTodo(json: unknown): { title?: string; completed?: boolean; order?: number } {
  if (typeof json !== 'object' || json === null) return {};
  const { title, completed, order } = json as Record<string, unknown>;
  return {
    ...(typeof title === 'string' ? { title } : {}),
    ...(typeof completed === 'boolean' ? { completed } : {}),
    ...(typeof order === 'number' ? { order } : {}),
  };
}

/** Pages of other sites may use this API, too. */
const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET, POST, PATCH, DELETE',
  'access-control-allow-headers': 'content-type',
};

/** An answer for whoever asks; without data its body is empty. */
export function answer(data?: unknown, status = data === undefined ? 204 : 200): Response {
  if (data === undefined) return new Response(null, { status, headers: CORS });
  return Response.json(data, { status, headers: CORS });
}
