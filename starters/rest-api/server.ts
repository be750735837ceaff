/**
 * A REST API with Hono (https://hono.dev), written as one writes it for Cloudflare Workers. Files of public/ are
 * answered first; every other address comes here.
 */
import { Hono } from 'hono';
import { cors } from 'hono/cors';
import { books } from './api/books.ts';

const app = new Hono();

// Pages of other sites may ask as well. Take this line away, and only your own pages may.
app.use('/api/*', cors());

// Everything below /api/books is in a file of its own.
app.route('/api/books', books);

app.notFound((c) => c.json({ error: `There is nothing at ${c.req.path}` }, 404));

// What goes wrong is told in the log of the studio; visitors only learn that it did.
app.onError((error, c) => {
  console.error(error);
  return c.json({ error: 'Something went wrong here. Please try again.' }, 500);
});

export default app;
