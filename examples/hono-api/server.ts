/**
 * A Hono app as one writes it for Cloudflare Workers: nothing in it is PeerServer's. `export default app` at the
 * end is all that a host needs. Files in public/ are answered before this app is asked.
 */
import { Hono } from 'hono';
import { upgradeWebSocket } from 'hono/cloudflare-workers';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { cors } from 'hono/cors';
import { HTTPException } from 'hono/http-exception';
import { streamSSE, streamText } from 'hono/streaming';
import { validator } from 'hono/validator';
import type { Bindings } from './bindings.ts';
import { birds } from './birds.ts';

const app = new Hono<{ Bindings: Bindings }>();

app.use('/api/*', cors());
app.route('/api/birds', birds);

// Variables of peerserver.json are in the environment, beside the database and the files.
app.get('/api/greeting/:name', (c) => c.text(`${c.env.GREETING}, ${c.req.param('name')}!`));

// A cookie that counts a visitor's calls.
app.get('/api/visits', (c) => {
  const visits = Number(getCookie(c, 'visits') ?? 0) + 1;
  setCookie(c, 'visits', String(visits), { path: '/', httpOnly: true, sameSite: 'Lax' });
  return c.json({ visits });
});

app.delete('/api/visits', (c) => {
  deleteCookie(c, 'visits', { path: '/' });
  return c.body(null, 204);
});

// What one writes to a stream is on its way at once; the visitor need not wait for the end.
app.get(
  '/api/countdown',
  validator('query', (value, c) => {
    const from = Number(value.from ?? 3);
    if (!Number.isInteger(from) || from < 0 || from > 100) {
      return c.text('from must be a whole number up to 100', 400);
    }
    return { from };
  }),
  (c) =>
    streamText(c, async (stream) => {
      for (let left = c.req.valid('query').from; left > 0; left -= 1) {
        await stream.writeln(String(left));
        await stream.sleep(10);
      }
      await stream.write('Go!');
    }),
);

// The same for an EventSource in a page (see public/index.html).
app.get('/api/events', (c) =>
  streamSSE(c, async (stream) => {
    const { results } = await c.env.DB.prepare('SELECT name FROM birds ORDER BY id').all<{
      name: string;
    }>();
    for (const [index, bird] of results.entries()) {
      await stream.writeSSE({ id: String(index), event: 'bird', data: bird.name });
    }
  }),
);

// A request's body is a stream, too: this reads a file of any size, a piece at a time.
app.put('/api/size', async (c) => {
  let bytes = 0;
  for await (const piece of c.req.raw.body ?? []) bytes += piece.byteLength;
  return c.json({ bytes });
});

// Echoes what the page says, in capital letters.
app.get(
  '/api/shout',
  upgradeWebSocket(() => ({
    onMessage(event, socket) {
      if (event.data === 'bye') socket.close(1000, 'See you');
      else socket.send(String(event.data).toUpperCase());
    },
  })),
);

// One file of public/ at another address.
app.get('/about', (c) => c.env.ASSETS.fetch(new URL('/about.html', c.req.url)));

app.notFound((c) => c.json({ error: `There is nothing at ${c.req.path}` }, 404));

app.onError((error, c) => {
  if (error instanceof HTTPException) return error.getResponse();
  console.error(error);
  return c.json({ error: 'Something went wrong' }, 500);
});

export default app;
