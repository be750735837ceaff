/** Text that becomes part of a statement. Values never do: they are bound. */

/** A name in double quotation marks: any text is a name of SQLite then, `sélect` and `"a b"` among them. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Names with commas between. */
export function quoteNames(names: readonly string[]): string {
  return names.map(quoteName).join(', ');
}

/** `?, ?, ?` */
export function placeholders(count: number): string {
  return Array.from({ length: count }, () => '?').join(', ');
}

/** A pattern of LIKE that finds the text anywhere; it needs `ESCAPE '\'`. */
export function likePattern(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`;
}
