/** Functions that templates can call. */

/** `{{day changed_at}}`: 3 May 2026 */
export function day(time: number): string {
  return new Date(time).toLocaleDateString('en-GB', { dateStyle: 'medium' });
}

/** `{{iso changed_at}}`: for machines */
export function iso(time: number): string {
  return new Date(time).toISOString();
}

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/**
 * `{{marks excerpt}}`: marks the words between « and », and leaves the signs of Markdown out. The text is escaped
 * first, since it is anybody's.
 */
export function marks(excerpt: string): { toHTML(): string } {
  const words = excerpt.replaceAll(/\]\([^)]*\)?|[*#`[\]]|^> ?/gm, '');
  // The lines of a table stand between words.
  const plain = words.replaceAll(/\||-{2,}/g, ' ');
  const safe = plain.replaceAll(/[&<>"]/g, (character) => escapes[character] ?? '');
  const html = safe.replaceAll('«', '<mark>').replaceAll('»', '</mark>');
  // Handlebars escapes what a function returns, unless it has toHTML.
  return { toHTML: () => html };
}
