import type { syntaxTree } from '@codemirror/language';
import type { Problem } from './problem.ts';

export type Tree = ReturnType<typeof syntaxTree>;
type SyntaxNode = Tree['topNode'];

/** Elements whose end may be left out, or which have none: a missing end tag is no problem there. */
const OPEN_ENDED =
  /^(?:html|head|body|p|li|dt|dd|rt|rp|optgroup|option|colgroup|caption|thead|tbody|tfoot|tr|td|th|area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr|param|path|svg)$/i;

/** In words: what kind of text it is that cannot be read. */
const WHAT: Readonly<Record<string, string>> = {
  html: 'HTML',
  css: 'CSS',
  script: 'code',
};

/**
 * What a parser could not make sense of: only what is clear, for a text is broken most of the time while it
 * is typed.
 * @param tree of the whole text, with the trees of scripts and styles in it
 * @param text the same text
 */
export function syntaxProblems(tree: Tree, text: string): Problem[] {
  const problems: Problem[] = [];
  let reportedUntil = -1;
  tree.iterate({
    enter: (ref) => {
      const { node } = ref;
      if (ref.type.isError) {
        // One mistake makes a row of error nodes.
        if (ref.from <= reportedUntil) return false;
        const problem = describeError(node, text);
        if (!problem) return true;
        reportedUntil = lineEnd(text, problem.to);
        problems.push(problem);
        return false;
      }
      if (ref.name === 'MismatchedCloseTag') {
        const tag = text.slice(ref.from, ref.to);
        problems.push(at(ref, `${tag} closes nothing that is open here.`));
      }
      if (ref.name === 'Element') {
        const problem = unclosedElement(node, text);
        if (problem) problems.push(problem);
      }
      return true;
    },
  });
  return problems;
}

function describeError(node: SyntaxNode, text: string): Problem | undefined {
  const kind = kindOf(node);
  const inside = node.parent?.name ?? '';
  // `{/* a comment */}` in JSX is read as if something were missing in it.
  if (inside === 'JSXEscape' && node.from === node.to) return undefined;
  // In HTML anything goes, but for tags; those have messages of their own.
  if (kind === 'html') return brokenTag(node, text);
  const { from } = node;
  const to = node.to > from ? Math.min(node.to, lineEnd(text, from)) : from;
  const found = text.slice(from, to).trim();
  const opened = openedIn(node);
  if (opened !== undefined && atEnd(node, text)) {
    const bracket = text[opened] ?? '';
    return {
      from: opened,
      to: opened + 1,
      severity: 'error',
      message: `“${bracket}” is never closed.`,
    };
  }
  if (/String|TemplateString/.test(inside)) {
    return { ...spot(node, text), severity: 'error', message: 'This text has no closing quote.' };
  }
  const message =
    found === ''
      ? `Something is missing here, before this ${WHAT[kind] ?? 'text'} can be read.`
      : `“${shortened(found)}” does not fit here.`;
  return { ...spot(node, text), severity: 'error', message, unfinished: found === '' };
}

/** `html`, `css` or `script`: the outermost node of the language that the error is in. */
function kindOf(node: SyntaxNode): 'html' | 'css' | 'script' {
  for (let up: SyntaxNode | null = node; up; up = up.parent) {
    if (up.name === 'Script' || up.name === 'SingleExpression') return 'script';
    if (up.name === 'StyleSheet' || up.name === 'Styles') return 'css';
    if (up.name === 'Document') return 'html';
  }
  return 'script';
}

function brokenTag(node: SyntaxNode, text: string): Problem | undefined {
  const tag = ancestor(node, /^(?:OpenTag|SelfClosingTag|CloseTag)$/);
  if (!tag) return undefined;
  const name = text.slice(tag.from, Math.min(tag.to, lineEnd(text, tag.from))).trim();
  return at(
    { from: tag.from, to: Math.min(tag.to, lineEnd(text, tag.from)) },
    `The tag ${shortened(name)} is not finished: a > is missing.`,
  );
}

function unclosedElement(node: SyntaxNode, text: string): Problem | undefined {
  const open = node.firstChild;
  if (open?.name !== 'OpenTag') return undefined;
  if (node.lastChild?.name === 'CloseTag') return undefined;
  const name = open.getChild('TagName');
  if (!name) return undefined;
  const tag = text.slice(name.from, name.to);
  if (OPEN_ENDED.test(tag)) return undefined;
  return at(open, `<${tag}> is never closed: a </${tag}> is missing.`);
}

/** Where the bracket stands whose end the parser missed; undefined when that is not what it missed. */
function openedIn(error: SyntaxNode): number | undefined {
  const { parent } = error;
  const first = parent?.firstChild;
  if (!parent || !first) return undefined;
  for (
    let child: SyntaxNode | null = first;
    child && child.from <= error.from;
    child = child.nextSibling
  ) {
    if (child.to - child.from === 1 && /^[({[]$/.test(child.name)) return child.from;
  }
  return undefined;
}

function atEnd(error: SyntaxNode, text: string): boolean {
  return error.from === error.to && text.slice(error.from).trim() === '';
}

/** At least a character wide, so that there is something to underline. */
function spot(node: SyntaxNode, text: string): { from: number; to: number } {
  const end = lineEnd(text, node.from);
  if (node.to > node.from)
    return { from: node.from, to: Math.max(node.from + 1, Math.min(node.to, end)) };
  // Behind what stands before, where the missing thing should be.
  let from = node.from;
  while (from > 0 && /\s/.test(text[from - 1] ?? '')) from--;
  return { from: Math.max(0, from - 1), to: from };
}

function at({ from, to }: { from: number; to: number }, message: string): Problem {
  return { from, to, severity: 'error', message };
}

function ancestor(node: SyntaxNode, name: RegExp): SyntaxNode | undefined {
  for (let up: SyntaxNode | null = node; up; up = up.parent) if (name.test(up.name)) return up;
  return undefined;
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}

function shortened(text: string): string {
  const line = text.split('\n', 1)[0] ?? '';
  return line.length <= 30 ? line : `${line.slice(0, 30)}…`;
}
