import {
  type Completion,
  type CompletionContext,
  type CompletionResult,
  snippetCompletion,
} from '@codemirror/autocomplete';

interface Snippet {
  readonly label: string;
  readonly info: string;
  /** Lines with gaps as `#{name}`; braces of the code's own gaps are escaped. */
  readonly lines: readonly string[];
}

const SNIPPETS: readonly Snippet[] = [
  {
    label: 'GET page',
    info: 'Answers with a page made of a template',
    lines: [
      'export const GET: Route = async ({ render }) => {',
      "  return render('#{template}', { #{} });",
      '};',
    ],
  },
  {
    label: 'GET data',
    info: 'Answers with rows of the database, as JSON',
    lines: [
      'export const GET: Route = async ({ sql }) => {',
      '  return sql`SELECT * FROM #{table}`;',
      '};',
    ],
  },
  {
    label: 'GET one',
    info: 'Looks something up by a part of the address',
    lines: [
      'export const GET: Route = async ({ params, sql, render }) => {',
      '  const [#{row}] = await sql`SELECT * FROM #{table} WHERE id = $\\{params.id\\}`;',
      '  if (!#{row}) return notFound();',
      "  return render('#{template}', { #{row} });",
      '};',
    ],
  },
  {
    label: 'POST form',
    info: 'Takes a form and leads on',
    lines: [
      'export const POST: Route = async ({ form, sql }) => {',
      '  const { #{field} } = await form();',
      '  await sql`INSERT INTO #{table} (#{field}) VALUES ($\\{#{field}\\})`;',
      "  return redirect('/#{}');",
      '};',
    ],
  },
  {
    label: 'DELETE one',
    info: 'Removes a row',
    lines: [
      'export const DELETE: Route = async ({ params, sql }) => {',
      '  await sql`DELETE FROM #{table} WHERE id = $\\{params.id\\}`;',
      '};',
    ],
  },
  {
    label: 'GET events',
    info: 'Keeps sending news to an EventSource of a page',
    lines: [
      'export const GET: Route = () => {',
      '  let timer: ReturnType<typeof setInterval>;',
      '  const stream = new ReadableStream({',
      '    start(controller) {',
      '      const send = (text: string) =>',
      '        controller.enqueue(new TextEncoder().encode(`data: $\\{text\\}\\n\\n`));',
      '      timer = setInterval(() => send(#{String(Date.now())}), #{1000});',
      '    },',
      '    // The visitor has gone.',
      '    cancel: () => clearInterval(timer),',
      '  });',
      "  return new Response(stream, { headers: { 'content-type': 'text/event-stream' } });",
      '};',
    ],
  },
];

/** Whole routes to start from. */
export const ROUTE_SNIPPETS: readonly Completion[] = SNIPPETS.map(({ label, info, lines }) =>
  snippetCompletion(`${lines.join('\n')}\n`, { label, info, type: 'keyword' }),
);

/** Offers whole routes at the beginning of a line in a file of `routes/`. */
export function completeRoute({
  state,
  pos,
  explicit,
}: CompletionContext): CompletionResult | null {
  const line = state.doc.lineAt(pos);
  const typed = state.sliceDoc(line.from, pos);
  if (!/^\w*$/.test(typed) || (typed === '' && !explicit)) return null;
  return { from: line.from, options: [...ROUTE_SNIPPETS], validFor: /^\w*$/ };
}
