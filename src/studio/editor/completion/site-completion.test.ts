import { CompletionContext } from '@codemirror/autocomplete';
import { javascript } from '@codemirror/lang-javascript';
import { ensureSyntaxTree } from '@codemirror/language';
import { EditorState } from '@codemirror/state';
import { describe, expect, it } from 'vitest';
import { completeSiteCode } from './site-completion.ts';

/** Names that are offered where `|` stands; undefined when nothing is. */
function offered(code: string, explicit = false): string[] | undefined {
  const pos = code.indexOf('|');
  const state = EditorState.create({
    doc: code.replace('|', ''),
    extensions: [javascript({ jsx: true, typescript: true })],
  });
  // On a busy machine the first look at a text may be given up before its end.
  ensureSyntaxTree(state, state.doc.length, 10_000);
  const result = completeSiteCode(new CompletionContext(state, pos, explicit));
  return result?.options.map(({ label }) => label);
}

describe('completion in a site’s code', () => {
  it.each([
    'export function GET({ | }) {}',
    'export async function POST({ form, se| }) { return 1; }',
    'export const GET = ({| }) => 1;',
    'export const GET: Route = async ({ db, | }) => 1;',
    'export default ({ r| }) => 1;',
    "export const GET = ({ file|\nreturn file('x')",
  ])('offers the context in a route’s argument: %s', (code) => {
    expect(offered(code)).toEqual(expect.arrayContaining(['request', 'form', 'session', 'log']));
    expect(offered(code)).toHaveLength(13);
  });

  it.each([
    ['const rows = await db.|', 'prepare'],
    ['db.pre|pare("x")', 'batch'],
    ['await env.DB.|;', 'exec'],
    ['env.|', 'ASSETS'],
    ['await env.ASSETS.f|', 'fetch'],
    ['cookies.|', 'delete'],
    ['if (session.|) {}', 'destroy'],
    ['log.|', 'warn'],
    ['await db.prepare("SELECT 1").|', 'first'],
    ['await db.prepare("SELECT ?").bind(1).|', 'all'],
    ['await env.DB.prepare(`x`).bi|', 'bind'],
  ])('offers members: %s has %s', (code, name) => {
    expect(offered(code)).toContain(name);
  });

  it.each([
    "import { | } from 'peerserver';",
    "import { json, re| } from 'peerserver';",
  ])('offers what the package exports: %s', (code) => {
    expect(offered(code)).toEqual(expect.arrayContaining(['redirect', 'hashPassword', 'Route']));
  });

  it.each([
    'db|',
    'other.|',
    'list.map(x => x).|',
    "import { | } from 'hono';",
    'function own({ | }) {}',
    'const { | } = value;',
    'export const x = { | };',
    '// db.|',
    '"db.|"',
    'export function GET({ db }) { | }',
    'export function GET({ db }) { return "{ |" }',
  ])('offers nothing of ours elsewhere: %s', (code) => {
    expect(offered(code)).toBeUndefined();
    expect(offered(code, true)).toBeUndefined();
  });
});
