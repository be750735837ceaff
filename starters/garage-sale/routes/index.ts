/** Answers `/`, and `/?category=Toys` with toys only. */
import type { Route } from 'peerserver';
import { CATEGORIES, type Item } from './_items.ts';

export const GET: Route = async ({ sql, query, render }) => {
  const chosen = CATEGORIES.find((category) => category === query.category) ?? null;
  // Without a category the first condition is true for every row. What is reserved comes last.
  const items = await sql<Item>`
    SELECT * FROM items
    WHERE ${chosen} IS NULL OR category = ${chosen}
    ORDER BY reserved_by IS NOT NULL, id DESC`;
  const used = await sql<{ category: string }>`SELECT DISTINCT category FROM items`;
  return render('index', {
    items,
    everything: chosen === null,
    categories: CATEGORIES.filter((name) => used.some(({ category }) => category === name)).map(
      (name) => ({ name, chosen: name === chosen }),
    ),
  });
};
