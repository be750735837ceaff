import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import { syntaxTree } from '@codemirror/language';
import {
  CONTEXT,
  type Descriptions,
  EXPORTED_TYPES,
  EXPORTS,
  MEMBERS,
  STATEMENT,
} from './site-api.ts';

type SyntaxNode = ReturnType<ReturnType<typeof syntaxTree>['resolveInner']>;

/** Behind a dot, or a name that has begun. */
const BEGUN_NAME = /[\w$]*$/;
const STILL_NAME = /^[\w$]*$/;
/** What makes a prepared statement. */
const MAKES_STATEMENT = new Set(['prepare', 'bind']);

/** What a site's own code finds where the cursor is; null when that is none of ours. */
export function completeSiteCode(context: CompletionContext): CompletionResult | null {
  const begun = context.matchBefore(BEGUN_NAME);
  const from = begun?.from ?? context.pos;
  const node = syntaxTree(context.state).resolveInner(context.pos, -1);
  const behindDot = context.state.sliceDoc(from - 1, from) === '.';
  if (behindDot) {
    const members = membersOf(node, context);
    return members ? { from, options: listed(members, 'property'), validFor: STILL_NAME } : null;
  }
  if (from === context.pos && !context.explicit && !opensList(context)) return null;
  if (isInParameter(node)) {
    return { from, options: listed(CONTEXT, 'variable'), validFor: STILL_NAME };
  }
  if (isInImport(node, context)) {
    const options = [...listed(EXPORTS, 'function'), ...listed(EXPORTED_TYPES, 'type')];
    return { from, options, validFor: STILL_NAME };
  }
  return null;
}

/** Right behind the brace or comma where a name is due. */
function opensList({ state, pos }: CompletionContext): boolean {
  return /[{,]\s?$/.test(state.sliceDoc(Math.max(0, pos - 2), pos));
}

/** Members of what stands before the dot. */
function membersOf(node: SyntaxNode, { state }: CompletionContext): Descriptions | undefined {
  const access = ancestor(node, 'MemberExpression');
  const owner = access?.firstChild;
  if (!owner) return undefined;
  if (owner.name === 'CallExpression') {
    const called = owner.firstChild?.lastChild;
    const name = called ? state.sliceDoc(called.from, called.to) : '';
    return MAKES_STATEMENT.has(name) ? STATEMENT : undefined;
  }
  const name = state.sliceDoc(owner.from, owner.to);
  return Object.hasOwn(MEMBERS, name) ? MEMBERS[name] : undefined;
}

/** Between the braces of an exported function's argument: `export function GET({ … })`. */
function isInParameter(node: SyntaxNode): boolean {
  const pattern = ancestor(node, 'ObjectPattern');
  if (pattern?.parent?.name !== 'ParamList') return false;
  return ancestor(pattern, 'ExportDeclaration') !== undefined;
}

/** Between the braces of `import { … } from 'peerserver'`. */
function isInImport(node: SyntaxNode, { state }: CompletionContext): boolean {
  const group = ancestor(node, 'ImportGroup');
  const declaration = group && ancestor(group, 'ImportDeclaration');
  if (!declaration) return false;
  return /['"]peerserver['"]/.test(state.sliceDoc(declaration.from, declaration.to));
}

/** The node itself or the nearest around it that is called so. */
function ancestor(node: SyntaxNode, name: string): SyntaxNode | undefined {
  for (let at: SyntaxNode | null = node; at; at = at.parent) if (at.name === name) return at;
  return undefined;
}

function listed(descriptions: Descriptions, type: string): Completion[] {
  return Object.entries(descriptions).map(([label, info]) => ({ label, type, info, boost: 1 }));
}
