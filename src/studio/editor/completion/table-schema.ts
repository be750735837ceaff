/** Tables and their columns, by name. */
export type TableSchema = Readonly<Record<string, readonly string[]>>;

/** Migrations that are read for their tables; a site that has more has tables enough to offer. */
export const MAX_MIGRATIONS_READ = 50;
/** Characters of each of them. */
export const MAX_MIGRATION_LENGTH = 100_000;
/** Characters of a table's definition: endless ones would be read again and again. */
const MAX_DEFINITION_LENGTH = 5_000;
/** Tables that are offered. */
const MAX_TABLES = 500;

const CREATE_TABLE =
  /\bCREATE\s+(?:TEMP(?:ORARY)?\s+)?(?:VIRTUAL\s+)?TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?(?:["'`[]?(\w+)["'`\]]?)(?:\s+USING\s+\w+)?\s*\(/gi;
const ADD_COLUMN = /\bALTER\s+TABLE\s+["'`[]?(\w+)["'`\]]?\s+ADD\s+(?:COLUMN\s+)?["'`[]?(\w+)/gi;
/** Parts of a table's definition that are no columns. */
const CONSTRAINT = /^(?:PRIMARY|FOREIGN|UNIQUE|CHECK|CONSTRAINT)\b/i;

/**
 * Reads tables and columns from SQL well enough to offer them while somebody types.
 * @param migrations their texts, in their order
 */
export function readSchema(migrations: readonly string[]): TableSchema {
  const tables = new Map<string, string[]>();
  for (const text of migrations.slice(0, MAX_MIGRATIONS_READ)) {
    const sql = withoutComments(text.slice(0, MAX_MIGRATION_LENGTH));
    for (const match of sql.matchAll(CREATE_TABLE)) {
      if (tables.size >= MAX_TABLES) break;
      const [whole, name = ''] = match;
      const body = untilClosed(sql, match.index + whole.length);
      tables.set(name, splitTopLevel(body).flatMap(columnOf));
    }
    for (const [, name = '', column = ''] of sql.matchAll(ADD_COLUMN)) {
      tables.set(name, [...(tables.get(name) ?? []), column]);
    }
  }
  return Object.fromEntries(tables);
}

function columnOf(definition: string): string[] {
  const text = definition.trim();
  if (CONSTRAINT.test(text) || text.includes('=')) return [];
  const name = /^["'`[]?(\w+)/.exec(text)?.[1];
  return name === undefined ? [] : [name];
}

function withoutComments(sql: string): string {
  return sql.replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, ' ');
}

/** From here to the bracket that closes the one before. */
function untilClosed(text: string, from: number): string {
  let depth = 1;
  const end = Math.min(text.length, from + MAX_DEFINITION_LENGTH);
  for (let at = from; at < end; at++) {
    if (text[at] === '(') depth++;
    else if (text[at] === ')' && --depth === 0) return text.slice(from, at);
  }
  return text.slice(from, end);
}

/** At the commas that stand in no brackets. */
function splitTopLevel(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '(') depth++;
    else if (text[at] === ')') depth--;
    else if (text[at] === ',' && depth === 0) {
      parts.push(text.slice(from, at));
      from = at + 1;
    }
  }
  return [...parts, text.slice(from)];
}
