/** What of a template matters to how it is indented. */
export type TemplateToken =
  | { readonly kind: 'comment'; readonly from: number; readonly to: number }
  /** A block's beginning, its `else`, or its end. */
  | { readonly kind: 'open' | 'middle' | 'close'; readonly from: number; readonly to: number }
  | {
      readonly kind: 'start-tag' | 'end-tag';
      readonly from: number;
      readonly to: number;
      readonly tag: string;
    }
  /** A tag without an end, or a value. */
  | { readonly kind: 'other'; readonly from: number; readonly to: number };

/** Elements that have no end tag. */
const VOID = /^(?:area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr|!doctype)$/;
const TAG_NAME = /[A-Za-z!/][\w:-]*/y;

/** Reads a template once from its beginning to its end; what is never closed ends it. */
export function* templateTokens(text: string): Generator<TemplateToken> {
  for (let at = 0; at < text.length; ) {
    const next = nextMark(text, at);
    if (next === undefined) return;
    const token = text[next] === '<' ? readTag(text, next) : readMustache(text, next);
    if (token === 'unfinished') return;
    if (token) yield token;
    at = token ? token.to : next + 1;
  }
}

function nextMark(text: string, from: number): number | undefined {
  for (let at = from; at < text.length; at++) {
    if (text[at] === '<' || (text[at] === '{' && text[at + 1] === '{')) return at;
  }
  return undefined;
}

/** Undefined for a sign that begins no tag. */
function readTag(text: string, from: number): TemplateToken | 'unfinished' | undefined {
  if (text.startsWith('<!--', from)) return until(text, from, '-->');
  TAG_NAME.lastIndex = from + 1;
  const name = TAG_NAME.exec(text)?.[0].toLowerCase();
  if (name === undefined) return undefined;
  let quote = '';
  for (let at = from + 1; at < text.length; at++) {
    const char = text[at] ?? '';
    if (char === '{' && text[at + 1] === '{') {
      const end = text.indexOf('}}', at);
      if (end < 0) return 'unfinished';
      at = end + 1;
    } else if (quote !== '') {
      if (char === quote) quote = '';
    } else if (char === '"' || char === "'") {
      quote = char;
    } else if (char === '>') {
      const to = at + 1;
      if (name.startsWith('/')) return { kind: 'end-tag', from, to, tag: name.slice(1) };
      if (VOID.test(name) || text[at - 1] === '/') return { kind: 'other', from, to };
      return { kind: 'start-tag', from, to, tag: name };
    }
  }
  return 'unfinished';
}

function readMustache(text: string, from: number): TemplateToken | 'unfinished' {
  if (text.startsWith('{{!--', from)) return until(text, from, '--}}');
  if (text.startsWith('{{!', from)) return until(text, from, '}}');
  const end = text.indexOf('}}', from);
  if (end < 0) return 'unfinished';
  const to = end + 2;
  const inner = text
    .slice(from + 2, Math.min(end, from + 40))
    .replace(/^~/, '')
    .trim();
  if (inner.startsWith('#')) return { kind: 'open', from, to };
  if (inner.startsWith('/')) return { kind: 'close', from, to };
  // `{{^}}` is an else, `{{^name}}` begins a block.
  if (inner.startsWith('^')) return { kind: /^\^~?$/.test(inner) ? 'middle' : 'open', from, to };
  if (/^else\b/.test(inner)) return { kind: 'middle', from, to };
  return { kind: 'other', from, to };
}

function until(text: string, from: number, end: string): TemplateToken | 'unfinished' {
  const at = text.indexOf(end, from);
  return at < 0 ? 'unfinished' : { kind: 'comment', from, to: at + end.length };
}
