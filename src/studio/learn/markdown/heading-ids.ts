/** Gives each heading of a page an id; two of the same words get different ones. */
export type SeenIds = (heading: string) => string;

/** Ids as common Markdown viewers make them, so that links within the documentation work in both. */
export function headingIds(): SeenIds {
  const seen = new Map<string, number>();
  return (heading) => {
    const id = heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replace(/\s/g, '-');
    const before = seen.get(id) ?? 0;
    seen.set(id, before + 1);
    return before === 0 ? id : `${id}-${before}`;
  };
}
