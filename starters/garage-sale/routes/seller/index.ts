/** Answers `/seller`: GET shows the seller's page or asks for the password, POST adds something. */
import { type Route, redirect, type SqlTag } from 'peerserver';
import { CATEGORIES, type Item, typed } from '../_items.ts';

/** The kinds of pictures that we take. Not SVG: that can have scripts in it. */
const PHOTO_TYPES = ['image/jpeg', 'image/png', 'image/webp'];
/** In bytes. */
const LARGEST_PHOTO = 5_000_000;

export const GET: Route = async ({ sql, session, render }) => {
  const { problem } = session;
  delete session.problem;
  if (!session.seller) return render('sign-in', { problem });
  const items = await sql<Item>`SELECT * FROM items ORDER BY reserved_by IS NULL, id DESC`;
  return render('seller', { items, problem, categories: CATEGORIES });
};

export const POST: Route = async ({ form, sql, session }) => {
  if (!session.seller) return redirect('/seller');
  const { title, description, category, price, photo } = await form();
  if (typed(title) === '') {
    session.problem = 'What is it? Please give it a title.';
  } else if (!(photo instanceof File) || !PHOTO_TYPES.includes(photo.type)) {
    session.problem = 'Please choose a photo: a JPEG, PNG or WebP file.';
  } else if (photo.size > LARGEST_PHOTO) {
    session.problem = 'This photo is too large. Five megabytes are the limit.';
  } else {
    const picture = await keepPhoto(sql, photo);
    await sql`
      INSERT INTO items (title, description, category, price, picture)
      VALUES (${typed(title)}, ${typed(description, 500)}, ${typed(category)},
        ${Math.round(Number(price)) || 0}, ${picture})`;
  }
  return redirect('/seller');
};

/** Stores a photo. Returns its address. */
async function keepPhoto(sql: SqlTag, photo: File): Promise<string> {
  const bytes = new Uint8Array(await photo.arrayBuffer());
  const [row] = await sql<{ id: number }>`
    INSERT INTO photos (type, bytes) VALUES (${photo.type}, ${bytes}) RETURNING id`;
  return `/photos/${row?.id}`;
}
