import { originalPositionFor, TraceMap } from '@jridgewell/trace-mapping';
import { afterEach, describe, expect, it } from 'vitest';
import { SITE_EXPORTS } from '../runtime/site-exports.ts';
import type { CompileOutput } from './compile-output.ts';
import { MAX_BUNDLE_LENGTH, MAX_FILE_LENGTH, MAX_MODULES, MAX_SOURCE_LENGTH } from './limits.ts';
import { RUNTIME_EXPORT_NAMES } from './runtime-module.ts';
import type { SiteCompiler } from './site-compiler.ts';
import { loadSite, MemoryProject, testCompiler } from './testing/node-test-compiler.ts';

const { signal } = new AbortController();
const options = { packagesFrom: 'https://packages.example', signal };

let compiler: SiteCompiler;

afterEach(() => compiler.close());

async function compile(
  files: Readonly<Record<string, string>> | MemoryProject,
): Promise<CompileOutput> {
  const project = files instanceof MemoryProject ? files : new MemoryProject(files);
  if (!(files instanceof MemoryProject)) compiler = testCompiler();
  const output = await compiler.compile(project, options);
  if (!output) throw new Error('There is no dynamic part.');
  return output;
}

/** What a route's module exports. */
async function load(output: CompileOutput, file: string): Promise<Record<string, unknown>> {
  const site = await loadSite(output, SITE_EXPORTS);
  const route = site.routes[file];
  if (!route) throw new Error(`no ${file}`);
  return route();
}

describe('compiling a site', () => {
  it('makes nothing of a folder without routes and server, or without peerserver.json', async () => {
    compiler = testCompiler();
    const plain = new MemoryProject({ 'public/index.html': 'hello', 'lib/a.ts': 'export {}' });
    expect(await compiler.compile(plain, options)).toBeUndefined();
    const noProject = new MemoryProject({ 'routes/index.ts': 'export {}' });
    noProject.files.delete('peerserver.json');
    expect(await compiler.compile(noProject, options)).toBeUndefined();
  });

  it('imports TypeScript, JSX, JSON and text, with and without endings', async () => {
    const output = await compile({
      'routes/index.tsx': `
        import { double } from '../lib/double.js';
        import list from '/lib/list';
        import data, { name } from '../data.json';
        import query from './query.sql';
        import type { Nothing } from './nowhere';
        export const GET = (): string => String(<p>{double(4)}{list.length}{name}{data.n}{query}</p>);`,
      'routes/query.sql': 'SELECT 1',
      'lib/double.ts': 'export const double = (n: number) => n * 2;',
      'lib/list/index.ts': 'export default [1, 2, 3];',
      'data.json': '{ "name": "garden", "n": 7 }',
    });
    expect(output.problems).toEqual([]);
    const { GET } = await load(output, 'routes/index.tsx');
    expect((GET as () => string)()).toBe('<p>83garden7SELECT 1</p>');
  });

  it('gives server, templates, their helpers and Handlebars', async () => {
    const output = await compile({
      'server.ts': 'export default { fetch: () => new Response("hi") };',
      'templates/items/list.hbs': '{{#each items}}{{this}} {{/each}}',
      'templates/__proto__': 'no ending',
      'templates/helpers.ts': 'export const loud = (text: string) => text.toUpperCase();',
      'templates/logo.png': 'not text',
    });
    const site = await loadSite(output);
    expect(output.hasServer).toBe(true);
    expect(Object.keys((await site.server?.()) ?? {})).toEqual(['default']);
    expect(site.templates).toEqual({ 'items/list.hbs': '{{#each items}}{{this}} {{/each}}' });
    expect((await site.templateHelpers?.())?.loud).toBeTypeOf('function');
    const handlebars = (await site.handlebars?.())?.default as typeof import('handlebars');
    const render = handlebars.compile(site.templates['items/list.hbs']);
    expect(render({ items: ['a', 'b'] })).toBe('a b ');
  });

  it('bundles the built-in packages, each part of Hono once', async () => {
    const output = await compile({
      'server.ts': `
        import { Hono } from 'hono';
        import { getCookie } from 'hono/cookie';
        import { validator } from 'hono/validator';
        import { HTTPException } from 'hono/http-exception';
        import { z } from 'zod';
        const app = new Hono();
        app.get('/', (c) => c.text(getCookie(c, 'a') + z.string().parse('text')));
        app.get('/fail', () => { throw new HTTPException(418, { message: 'tea' }); });
        export default app;`,
    });
    expect(output.problems).toEqual([]);
    const server = await (await loadSite(output)).server?.();
    const app = server?.default as { fetch(request: Request): Promise<Response> };
    const answer = await app.fetch(new Request('http://a/', { headers: { cookie: 'a=1' } }));
    expect(await answer.text()).toBe('1text');
    expect((await app.fetch(new Request('http://a/fail'))).status).toBe(418);
    expect(output.code.match(/package:hono\.js"\(/g) ?? []).toHaveLength(1);
  });

  it('gives the exports of the runtime for "peerserver"', async () => {
    expect([...RUNTIME_EXPORT_NAMES].sort()).toEqual(Object.keys(SITE_EXPORTS).sort());
    const output = await compile({
      'routes/index.ts': `import { json } from 'peerserver'; export { json };`,
    });
    expect((await load(output, 'routes/index.ts')).json).toBe(SITE_EXPORTS.json);
  });

  it('runs modules that await, and cycles of modules, as engines do', async () => {
    const output = await compile({
      'routes/slow.ts': `import { value } from '../lib/slow.ts'; export const GET = () => value;`,
      'lib/slow.ts': 'export const value = await Promise.resolve(5);',
      'routes/odd.ts': `import { isEven } from './_even.ts';
        export function isOdd(n) { return n === 0 ? false : isEven(n - 1); }
        export const GET = () => isOdd(7);`,
      'routes/_even.ts': `import { isOdd } from './odd.ts';
        export const isEven = (n) => n === 0 || isOdd(n - 1);`,
    });
    expect(((await load(output, 'routes/slow.ts')).GET as () => number)()).toBe(5);
    expect(((await load(output, 'routes/odd.ts')).GET as () => boolean)()).toBe(true);
  });

  it('runs a module once, however many ask for it, and throws each time if it threw', async () => {
    const output = await compile({
      'routes/a.ts': `import '../lib/count.ts'; export const GET = () => globalThis.loads;`,
      'routes/b.ts': `import '../lib/count.ts'; export const GET = () => globalThis.loads;`,
      'routes/bad.ts': `import '../lib/bad.ts'; export const GET = () => 1;`,
      'lib/count.ts': 'globalThis.loads = (globalThis.loads ?? 0) + 1;',
      'lib/bad.ts': 'throw new RangeError("at import");',
    });
    const site = await loadSite(output);
    await site.routes['routes/a.ts']?.();
    const { GET } = (await site.routes['routes/b.ts']?.()) ?? {};
    expect((GET as () => number)()).toBe(1);
    await expect(site.routes['routes/bad.ts']?.()).rejects.toThrow('at import');
    await expect(site.routes['routes/bad.ts']?.()).rejects.toThrow('at import');
  });

  it('leads positions back to the lines of the author’s files', async () => {
    const output = await compile({
      'routes/items/[id].ts': `// one\n// two\nexport function GET() {\n  throw new Error('here');\n}\n`,
    });
    const lines = output.code.split('\n');
    const line = lines.findIndex((text) => text.includes("'here'") || text.includes('"here"'));
    const column = lines[line]?.indexOf('throw') ?? 0;
    const position = originalPositionFor(new TraceMap(output.sourceMap), {
      line: line + 1,
      column,
    });
    expect(position).toMatchObject({ source: 'routes/items/[id].ts', line: 4 });
  });

  it('reads a file again only when it changed, and has another hash only for other code', async () => {
    const project = new MemoryProject({
      'routes/a.ts': `import { b } from '../lib/b.ts'; export const GET = () => b;`,
      'lib/b.ts': 'export const b = 1;',
      'public/index.html': 'hello',
    });
    compiler = testCompiler();
    const first = await compile(project);
    expect(project.reads).toEqual(['routes/a.ts', 'lib/b.ts']);
    project.write('public/index.html', 'changed');
    expect((await compile(project)).hash).toBe(first.hash);
    project.write('lib/b.ts', 'export const b = 2;');
    const second = await compile(project);
    expect(second.hash).not.toBe(first.hash);
    expect(project.reads).toEqual(['routes/a.ts', 'lib/b.ts', 'lib/b.ts']);
    const { GET } = await load(second, 'routes/a.ts');
    expect((GET as () => number)()).toBe(2);
  });

  it('takes JSX from where tsconfig.json says', async () => {
    const output = await compile({
      'routes/index.tsx': 'export const GET = () => <b>x</b>;',
      'tsconfig.json': '{ /* ours */ "compilerOptions": { "jsxImportSource": "./my" } }',
    });
    // Relative to the file, as the pragma would be.
    expect(output.problems[0]?.text).toContain('my/jsx-runtime');
  });
});

describe('broken files', () => {
  it('harm only what needs them, and say file, line and what is wrong', async () => {
    const output = await compile({
      'routes/good.ts': 'export const GET = () => "good";',
      'routes/syntax.ts': 'export const GET = () => {\n  return 1 +;\n};\n',
      'routes/needs.ts': `\n\nimport { x } from '../lib/broken.ts'; export const GET = () => x;`,
      'lib/broken.ts': 'export const x = ;',
    });
    expect(((await load(output, 'routes/good.ts')).GET as () => string)()).toBe('good');
    await expect(load(output, 'routes/syntax.ts')).rejects.toMatchObject({
      name: 'CompileError',
      message: 'routes/syntax.ts:2:13: Unexpected ";"',
      place: { file: 'routes/syntax.ts', line: 2, column: 13, lineText: '  return 1 +;' },
    });
    await expect(load(output, 'routes/needs.ts')).rejects.toThrow('lib/broken.ts:1:18');
    expect(output.problems.map((problem) => problem.place?.file)).toEqual([
      'lib/broken.ts',
      'routes/syntax.ts',
    ]);
  });

  it('throw where the problem is, so that a stack leads there', async () => {
    const output = await compile({ 'routes/a.ts': 'const one = 1;\n\nimport "./nowhere";\n' });
    const line = output.code.split('\n').findIndex((text) => text.includes('throw Object.assign'));
    const column = output.code.split('\n')[line]?.indexOf('throw') ?? 0;
    const position = originalPositionFor(new TraceMap(output.sourceMap), {
      line: line + 1,
      column,
    });
    expect(position).toMatchObject({ source: 'routes/a.ts', line: 3 });
  });

  it.each([
    ['./itms.ts', 'Did you mean "./items.ts"'],
    ['../lib/Store', 'Did you mean "../lib/store"'],
    ['/lib/stor.ts', 'Did you mean "/lib/store.ts"'],
    ['../../../secret', 'files of its own site'],
    ['./something-else-entirely', 'Make "routes/_something-else-entirely.ts" instead'],
    ['lib/store.ts', 'write "/lib/store.ts"'],
    ['fs', 'file() or env.ASSETS'],
    ['node:crypto', 'Web Crypto'],
    ['node:fs/promises', 'db to keep data'],
    ['cloudflare:workers', 'fetch(request, env, ctx)'],
    ['npm:zod', 'Leave "npm:" out'],
    ['hono/cokie', 'hono/cookie'],
    ['zood', 'Did you mean "zod"'],
    ['no-such-package', 'Is this computer online?'],
    ['http://insecure.example/a.js', 'https: only'],
    ['not a name', 'begin with "./"'],
  ])('with the import "%s" are told: %s', async (specifier, hint) => {
    const output = await compile({
      'routes/index.ts': `// Line one.\nimport x from '${specifier}';\nexport const GET = () => x;`,
      'routes/items.ts': 'export const GET = () => 1;',
      'lib/store.ts': 'export const store = 1;',
    });
    expect(output.problems).toHaveLength(1);
    expect(output.problems[0]).toMatchObject({
      level: 'error',
      source: 'compile',
      hint: expect.stringContaining(hint),
      place: { file: 'routes/index.ts', line: 2, lineText: `import x from '${specifier}';` },
    });
    await expect(load(output, 'routes/index.ts')).rejects.toThrow('routes/index.ts:2:');
    await load(output, 'routes/items.ts');
  });

  it('with a name that is not exported are told which one is', async () => {
    const output = await compile({
      'routes/index.ts': `import { redirct } from 'peerserver'; export const GET = () => redirct('/');`,
      'routes/other.ts': `import { dobule } from '../lib/double.ts'; export const GET = () => dobule(2);`,
      'lib/double.ts': 'export const double = (n: number) => n * 2;',
    });
    const told = output.problems.map(({ text, hint, place }) => `${place?.file} ${text} ${hint}`);
    expect(told.join('\n')).toMatch(/routes\/index\.ts.*redirct.*redirect/);
    expect(told.join('\n')).toMatch(/routes\/other\.ts.*dobule.*double/);
  });

  it('are good again once they are mended', async () => {
    const project = new MemoryProject({ 'routes/a.ts': `import './missing.ts';` });
    compiler = testCompiler();
    expect((await compile(project)).problems).toHaveLength(1);
    project.write('routes/missing.ts', 'export {};');
    expect((await compile(project)).problems).toEqual([]);
    project.write('routes/missing.ts', undefined);
    expect((await compile(project)).problems).toHaveLength(1);
  });

  it('that are too large are refused one by one', async () => {
    const output = await compile({
      'routes/large.ts': `export const data = '${'x'.repeat(MAX_FILE_LENGTH)}';`,
      'routes/small.ts': 'export const GET = () => 1;',
    });
    expect(output.problems.map((problem) => problem.text)).toEqual([
      expect.stringContaining('larger than 2 MiB'),
    ]);
    await load(output, 'routes/small.ts');
    await expect(load(output, 'routes/large.ts')).rejects.toThrow('routes/large.ts');
  });

  it('that are more than anybody needs are refused, and all else works', async () => {
    const count = MAX_MODULES + 1;
    const names = Array.from({ length: count }, (_, n) => `lib/m${n}.ts`);
    const output = await compile({
      'routes/many.ts': names.map((name) => `import '/${name}';`).join('\n'),
      'routes/small.ts': 'export const GET = () => 1;',
      ...Object.fromEntries(names.map((name) => [name, ''])),
    });
    expect(output.problems[0]?.text).toContain(`more than ${MAX_MODULES} modules`);
    expect(output.problems.length).toBeLessThan(10);
  });

  it('that are too much together are refused', async () => {
    const length = MAX_FILE_LENGTH - 1;
    const names = Array.from(
      { length: Math.ceil(MAX_SOURCE_LENGTH / length) + 1 },
      (_, n) => `lib/t${n}.txt`,
    );
    const output = await compile({
      'routes/much.ts': names
        .map((name, n) => `export { default as t${n} } from '/${name}';`)
        .join('\n'),
      ...Object.fromEntries(names.map((name) => [name, 'x'.repeat(length)])),
    });
    expect(output.problems[0]?.text).toContain('larger than 32 MiB');
    expect(output.code.length).toBeLessThan(MAX_BUNDLE_LENGTH);
  });

  it('that become too large when compiled leave a site that says so', async () => {
    // Each of these takes two characters in a string.
    const text = '\\'.repeat(MAX_FILE_LENGTH - 1);
    const numbers = Array.from({ length: 9 }, (_, n) => n);
    const output = await compile({
      'routes/large.ts': numbers
        .map((n) => `export { default as t${n} } from '/lib/t${n}.txt';`)
        .join('\n'),
      ...Object.fromEntries(numbers.map((n) => [`lib/t${n}.txt`, text])),
    });
    expect(output.code.length).toBeLessThan(2000);
    expect(output.problems).toMatchObject([
      { text: expect.stringContaining('with all its packages') },
    ]);
    await expect(load(output, 'routes/large.ts')).rejects.toThrow('larger than 32 MiB');
  });

  it('in a chain are all found, each with its own message', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 30 }, (_, n) => [`routes/r${n}.ts`, `import './missing-${n}.ts';`]),
    );
    const output = await compile(files);
    expect(output.problems).toHaveLength(30);
  });
});

describe('cancelling', () => {
  it('rejects with cancelled, and the next compilation works', async () => {
    compiler = testCompiler();
    const project = new MemoryProject({ 'routes/a.ts': 'export const GET = () => 1;' });
    const stop = new AbortController();
    const compiling = compiler.compile(project, { ...options, signal: stop.signal });
    stop.abort();
    await expect(compiling).rejects.toMatchObject({ code: 'cancelled' });
    expect((await compile(project)).problems).toEqual([]);
  });
});
