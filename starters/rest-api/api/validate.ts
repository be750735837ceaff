/** What may be sent to the API. Never trust what comes in: Zod checks it and gives it its type. */
import { validator } from 'hono/validator';
import { z } from 'zod';

const Book = z.object({
  title: z.string().trim().min(1, 'A book has a title').max(200),
  author: z.string().trim().min(1, 'A book has an author').max(200),
  year: z.number().int().min(-3000).max(3000).nullable().default(null),
});

/** The same without defaults, and everything may be missing. */
const Change = z.object({
  title: Book.shape.title.optional(),
  author: Book.shape.author.optional(),
  year: z.number().int().min(-3000).max(3000).optional(),
});

/** Answers 400 and says what is wrong, before the function behind it is asked. */
const json = <Schema extends z.ZodType>(schema: Schema) =>
  validator('json', (value, c) => {
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    const problems = parsed.error.issues.map(
      ({ path, message }) => `${path.join('.')}: ${message}`,
    );
    return c.json({ error: 'That is not a book', problems }, 400);
  });

export const readBook = json(Book);
export const readChange = json(Change);
