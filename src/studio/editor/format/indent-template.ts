import { type TemplateToken, templateTokens } from './template-tokens.ts';

/** Elements in which every space counts, or which have a language of their own. */
const VERBATIM = /^(?:pre|textarea|script|style)$/;

/** How a line begins: so many steps in, or exactly as it stands there. */
type Indent = number | 'as-is';

/**
 * Indents a Handlebars template by its elements and blocks, two spaces each. Lines stay lines: Handlebars
 * allows half elements and elements around half blocks, which no formatter of HTML understands.
 */
export function indentTemplate(text: string): string {
  const lines = text.split('\n');
  const indents = measure(text, lines);
  const out = lines.map((line, index) => {
    const indent = indents[index] ?? 0;
    if (indent === 'as-is') return line;
    const trimmed = line.trim();
    return trimmed === '' ? '' : '  '.repeat(indent) + trimmed;
  });
  return `${out.join('\n').trim()}\n`;
}

function measure(text: string, lines: readonly string[]): Indent[] {
  const starts = lineStarts(lines);
  const indents: Indent[] = [];
  let depth = 0;
  let line = 0;
  /** Everything up to this line, without it, is as deep as it is now. */
  const settle = (until: number) => {
    while (indents.length < until) indents.push(depth);
  };
  let verbatim: string | undefined;

  for (const token of templateTokens(text)) {
    while ((starts[line + 1] ?? Infinity) <= token.from) line++;
    const isFirst = text.slice(starts[line], token.from).trim() === '';
    if (verbatim !== undefined) {
      while (indents.length < line) indents.push('as-is');
      if (token.kind !== 'end-tag' || token.tag !== verbatim) continue;
      verbatim = undefined;
      depth = Math.max(depth - 1, 0);
      // Spaces before the end of these are part of the text.
      if (indents.length === line)
        indents.push(isFirst && !/pre|textarea/.test(token.tag) ? depth : 'as-is');
      continue;
    }
    settle(line);
    const [before, after] = steps(token);
    // What ends something and begins its line is as deep as what it ends.
    if (!isFirst) settle(line + 1);
    depth = Math.max(depth + before, 0);
    settle(line + 1);
    const own = indents[line] ?? 0;
    depth += after;
    let last = line;
    while ((starts[last + 1] ?? Infinity) < token.to) {
      last++;
      indents.push(insideToken(token, lines[last] ?? '', own));
    }
    if (token.kind === 'start-tag' && VERBATIM.test(token.tag)) verbatim = token.tag;
  }
  settle(lines.length);
  return indents;
}

/** How much less deep it is from here on, and then how much deeper. */
function steps({ kind }: TemplateToken): readonly [before: number, after: number] {
  switch (kind) {
    case 'open':
    case 'start-tag':
      return [0, 1];
    case 'middle':
      return [-1, 1];
    case 'close':
    case 'end-tag':
      return [-1, 0];
    default:
      return [0, 0];
  }
}

/** The rest of a tag is set in once more; the rest of a comment stays as it is. */
function insideToken(token: TemplateToken, line: string, own: Indent): Indent {
  if (token.kind === 'comment' || own === 'as-is') return 'as-is';
  return /^\s*(?:\/?>|~?\}\})/.test(line) ? own : own + 1;
}

function lineStarts(lines: readonly string[]): number[] {
  const starts: number[] = [];
  let start = 0;
  for (const line of lines) {
    starts.push(start);
    start += line.length + 1;
  }
  return starts;
}
