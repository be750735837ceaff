import { formatDialect, sqlite } from 'sql-formatter';

/** SQL, a clause a line. Loaded on demand. @throws what the formatter throws for a text it cannot read */
export function formatSql(text: string): string {
  const formatted = formatDialect(text, {
    dialect: sqlite,
    tabWidth: 2,
    keywordCase: 'upper',
    linesBetweenQueries: 1,
  });
  return formatted === '' ? '' : `${formatted.trimEnd()}\n`;
}
