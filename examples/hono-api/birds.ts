/** The part of the app below /api/birds: rows of a table. */
import { Hono } from 'hono';
import { validator } from 'hono/validator';
import { z } from 'zod';
import type { Bindings } from './bindings.ts';

interface Bird {
  id: number;
  name: string;
  seen: number;
}

const NewBird = z.object({
  name: z.string().trim().min(2).max(60),
  seen: z.number().int().min(0).default(1),
});

/** Answers 400, and says what is wrong, before the handler behind it is asked. */
const json = <Schema extends z.ZodType>(schema: Schema) =>
  validator('json', (value, c) => {
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    const problems = parsed.error.issues.map(({ path, code }) => `${path.join('.')}: ${code}`);
    return c.json({ problems }, 400);
  });

export const birds = new Hono<{ Bindings: Bindings }>();

birds.get('/', async (c) => {
  const { results } = await c.env.DB.prepare('SELECT * FROM birds ORDER BY id').all<Bird>();
  return c.json(results);
});

birds.get('/:id{[0-9]+}', async (c) => {
  // Values are bound, never put into the text of the SQL.
  const bird = await c.env.DB.prepare('SELECT * FROM birds WHERE id = ?')
    .bind(c.req.param('id'))
    .first<Bird>();
  return bird ? c.json(bird) : c.json({ error: 'No such bird' }, 404);
});

birds.post('/', json(NewBird), async (c) => {
  const { name, seen } = c.req.valid('json');
  const bird = await c.env.DB.prepare(
    'INSERT INTO birds (name, seen) VALUES (?1, ?2) ON CONFLICT (name) DO NOTHING RETURNING *',
  )
    .bind(name, seen)
    .first<Bird>();
  if (!bird) return c.json({ error: `There is a ${name} already` }, 409);
  c.header('Location', `/api/birds/${bird.id}`);
  return c.json(bird, 201);
});

// A walk's sightings at once: a batch is one transaction, so all of them count, or none.
birds.post('/seen', json(z.array(z.string()).min(1).max(100)), async (c) => {
  const more = c.env.DB.prepare('UPDATE birds SET seen = seen + 1 WHERE name = ?');
  const results = await c.env.DB.batch(c.req.valid('json').map((name) => more.bind(name)));
  return c.json(results.map((result) => result.meta.changes));
});

birds.delete('/:id{[0-9]+}', async (c) => {
  const { meta } = await c.env.DB.prepare('DELETE FROM birds WHERE id = ?')
    .bind(c.req.param('id'))
    .run();
  return meta.changes === 0 ? c.json({ error: 'No such bird' }, 404) : c.body(null, 204);
});
