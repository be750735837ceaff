/** The books: list, read, add, change, delete. */
import { Hono } from 'hono';
import { readBook, readChange } from './validate.ts';

interface Book {
  id: number;
  title: string;
  author: string;
  /** When it came out, or null when nobody has said. */
  year: number | null;
}

/** What the server gives to this app. */
interface Bindings {
  DB: D1Database;
}

export const books = new Hono<{ Bindings: Bindings }>();

// GET /api/books            all of them, by title
// GET /api/books?search=le  those with "le" in title or author
books.get('/', async (c) => {
  const wanted = `%${c.req.query('search') ?? ''}%`;
  const { results } = await c.env.DB.prepare(
    'SELECT * FROM books WHERE title LIKE ?1 OR author LIKE ?1 ORDER BY title',
  )
    .bind(wanted)
    .all<Book>();
  return c.json(results);
});

// GET /api/books/3
books.get('/:id{[0-9]+}', async (c) => {
  // Values are bound in place of the ?, never written into the SQL: so nobody can smuggle SQL in.
  const book = await c.env.DB.prepare('SELECT * FROM books WHERE id = ?')
    .bind(c.req.param('id'))
    .first<Book>();
  return book ? c.json(book) : c.json({ error: 'No such book' }, 404);
});

// POST /api/books with {"title": "Momo", "author": "Michael Ende", "year": 1973}
books.post('/', readBook, async (c) => {
  const { title, author, year } = c.req.valid('json');
  const book = await c.env.DB.prepare(
    'INSERT INTO books (title, author, year) VALUES (?, ?, ?) RETURNING *',
  )
    .bind(title, author, year)
    .first<Book>();
  // 201 means "made"; Location says where it is now.
  c.header('Location', `/api/books/${book?.id}`);
  return c.json(book, 201);
});

// PATCH /api/books/3 with only what shall be different: {"year": 1974}
books.patch('/:id{[0-9]+}', readChange, async (c) => {
  const { title, author, year } = c.req.valid('json');
  // COALESCE takes the first that is not null: what is not sent stays as it is.
  const book = await c.env.DB.prepare(
    `UPDATE books
     SET title = COALESCE(?1, title), author = COALESCE(?2, author), year = COALESCE(?3, year)
     WHERE id = ?4 RETURNING *`,
  )
    .bind(title ?? null, author ?? null, year ?? null, c.req.param('id'))
    .first<Book>();
  return book ? c.json(book) : c.json({ error: 'No such book' }, 404);
});

// DELETE /api/books/3
books.delete('/:id{[0-9]+}', async (c) => {
  const { meta } = await c.env.DB.prepare('DELETE FROM books WHERE id = ?')
    .bind(c.req.param('id'))
    .run();
  // 204 means "done, and nothing to say".
  return meta.changes === 0 ? c.json({ error: 'No such book' }, 404) : c.body(null, 204);
});
