/** Reads sqllogictest's scripts (https://sqlite.org/sqllogictest/doc/trunk/about.wiki). */

export interface Record {
  /** Of the script, from 1. */
  readonly line: number;
  readonly sql: string;
  readonly expected:
    | { readonly kind: 'ok' }
    | { readonly kind: 'error' }
    | {
        readonly kind: 'rows';
        /** A letter for each column: text, integer or real. */
        readonly types: string;
        readonly sort: 'nosort' | 'rowsort' | 'valuesort';
        /** Queries of the same label have the same result. */
        readonly label: string | undefined;
        /** Lines below `----`: values, or how many there are and their hash. */
        readonly lines: readonly string[];
      };
}

/** What the script says to SQLite. */
export function parseScript(text: string): Record[] {
  const records: Record[] = [];
  let line = 1;
  for (const block of text
    .trimEnd()
    .replaceAll('\r\n', '\n')
    .split(/\n(?=\n)/)) {
    const start = line;
    const lines = block.split('\n');
    line += lines.length;
    const offset = lines.findIndex((each) => each !== '' && !each.startsWith('#'));
    if (offset === -1) continue;
    const rest = lines.slice(offset);
    let isForUs = true;
    for (let head = rest[0]; /^(skipif|onlyif) /.test(head ?? ''); head = rest[0]) {
      const [word, database] = head?.split(/\s+/) ?? [];
      if ((word === 'skipif') === (database === 'sqlite')) isForUs = false;
      rest.shift();
    }
    const [word, ...words] = rest[0]?.replace(/\s*#.*$/, '').split(/\s+/) ?? [];
    if (!isForUs) continue;
    if (word === 'halt') break;
    const at = start + lines.length - rest.length;
    if (word === 'statement') {
      const expected = { kind: words[0] === 'error' ? 'error' : 'ok' } as const;
      records.push({ line: at, sql: rest.slice(1).join('\n'), expected });
    } else if (word === 'query') {
      records.push(parseQuery(rest, words, at));
    }
  }
  return records;
}

function parseQuery(rest: readonly string[], words: readonly string[], line: number): Record {
  const rule = rest.indexOf('----');
  const end = rule === -1 ? rest.length : rule;
  const [types = '', sort = 'nosort', label] = words;
  if (sort !== 'nosort' && sort !== 'rowsort' && sort !== 'valuesort') {
    throw new Error(`Line ${line}: "${sort}" is no order.`);
  }
  return {
    line,
    sql: rest.slice(1, end).join('\n'),
    expected: { kind: 'rows', types, sort, label, lines: rest.slice(end + 1) },
  };
}
