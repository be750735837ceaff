/**
 * What the routes ask of the database. A file whose name begins with _ answers no address: it is only there to
 * be imported.
 */
import type { SqlTag } from 'peerserver';

interface Category {
  id: number;
  name: string;
  icon: string;
}

interface Item {
  id: number;
  name: string;
  categoryId: number;
  /** Who brings it, if somebody does. */
  person: string | null;
  /** 1 when that is the visitor who asks. */
  mine: number | null;
}

/** The whole list as the page shows it: categories with their items. @param me the visitor's id in `people` */
export async function groceries(sql: SqlTag, me: number | null) {
  const categories = await sql<Category>`SELECT id, name, icon FROM categories ORDER BY id`;
  const items = await sql<Item>`
    SELECT items.id, items.name, category_id AS categoryId,
      people.name AS person, person_id = ${me} AS mine
    FROM items LEFT JOIN people ON people.id = person_id
    ORDER BY items.name COLLATE NOCASE`;
  return {
    categories,
    groups: categories
      .map((category) => ({
        ...category,
        items: items.filter((item) => item.categoryId === category.id),
      }))
      .filter((group) => group.items.length > 0),
    wanted: items.length,
    taken: items.filter((item) => item.person).length,
  };
}

/** Everybody who brings something, with all of it in one text: “Lemonade, Milk”. */
export function supporters(sql: SqlTag) {
  return sql`
    SELECT people.name, group_concat(items.name, ', ' ORDER BY items.name COLLATE NOCASE) AS brings
    FROM people JOIN items ON person_id = people.id
    GROUP BY people.id
    ORDER BY people.name COLLATE NOCASE`;
}

/** A text that a visitor has typed, without spaces around it and not too long. */
export function typed(value: unknown): string {
  return String(value ?? '')
    .trim()
    .slice(0, 60);
}
