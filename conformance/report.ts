import categories from 'http-cache-tests/tests/index.mjs';
import { isGood, type Outcomes, testsOf } from './outcomes.ts';

/** What the report shows of one browser. */
export interface Columns {
  /** With its version. */
  readonly browser: string;
  /** The page served by the suite's own server, with the browser's own cache. */
  readonly direct: Outcomes;
  /** The page visited through PeerServer. */
  readonly visited: Outcomes;
}

/** The report in Markdown: by category, then every test whose outcome is not the same, or not good. */
export function writeReport(columns: readonly Columns[]): string {
  return `# HTTP cache conformance

Made by \`npm run conformance\`; not to be edited. [README.md](README.md) says what is compared, and explains the differences.

Tests that came out well (\`pass\` or \`yes\`), of those that are about private caches:

${table([
  ['category', 'tests', ...columns.flatMap(headings)],
  ...categories.map((category) => {
    const ids = testsOf(category).map((test) => test.id);
    return [category.name, String(ids.length), ...columns.flatMap((column) => counts(column, ids))];
  }),
  allRow(columns),
])}

${columns.map(differences).join('\n')}
## Not good in either browser, direct or visited

${table([['test', 'kind'], ...neverGood(columns)])}
`;
}

function headings({ browser }: Columns): string[] {
  return [`${browser}, direct`, 'visited'];
}

function counts({ direct, visited }: Columns, ids: readonly string[]): string[] {
  return [direct, visited].map((outcomes) =>
    String(ids.filter((id) => isGood(outcomes[id])).length),
  );
}

function allRow(columns: readonly Columns[]): string[] {
  const ids = allTests().map((test) => test.id);
  const sums = columns.flatMap((column) => counts(column, ids));
  return ['all', String(ids.length), ...sums].map((cell) => `**${cell}**`);
}

function differences({ browser, direct, visited }: Columns): string {
  const rows = allTests()
    .filter(({ id }) => isGood(direct[id]) !== isGood(visited[id]))
    .map(({ id, kind }) => [
      isGood(visited[id]) ? 'better' : '**worse**',
      `\`${id}\``,
      kind ?? 'required',
      direct[id] ?? '',
      visited[id] ?? '',
    ]);
  return `## ${browser}: visited compared with direct

${table([['', 'test', 'kind', 'direct', 'visited'], ...rows.sort(([a = ''], [b = '']) => a.localeCompare(b))])}
`;
}

function neverGood(columns: readonly Columns[]): string[][] {
  return allTests()
    .filter(({ id }) =>
      columns.every(({ direct, visited }) => !isGood(direct[id]) && !isGood(visited[id])),
    )
    .map(({ id, kind }) => [`\`${id}\``, kind ?? 'required']);
}

function allTests() {
  return categories.flatMap((category) => testsOf(category));
}

function table([head = [], ...rows]: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
