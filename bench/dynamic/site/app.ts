import { Hono } from 'hono';
import { CONSTANT } from './constant.ts';

/** The app that is measured, whatever runs it. */
export function createApp<Bindings extends object>(
  readRow: (bindings: Bindings, id: number) => unknown,
): Hono<{ Bindings: Bindings }> {
  const app = new Hono<{ Bindings: Bindings }>();
  app.get('/app/constant', (context) => context.json(CONSTANT));
  app.get('/app/rows/:id', async (context) => {
    const row = await readRow(context.env, Number(context.req.param('id')));
    return row ? context.json(row) : context.notFound();
  });
  return app;
}
