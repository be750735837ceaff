import { build } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import { readStack, SourcePlaces } from './source-places.ts';

// Recorded from Chromium 156, Firefox 153 and Node 20, with the module's address replaced as the runtime does.
const CHROMIUM = `TypeError: Cannot read properties of undefined (reading 'name')
    at rows (peerserver-site:3:15)
    at async Module.GET (peerserver-site:8:10)
    at async answerOf (data:text/javascript;charset=utf-8,%22use%20strict%22:1:99321)
    at async #run (data:text/javascript;charset=utf-8,%22use%20strict%22:1:98111)`;
const FIREFOX = `rows@peerserver-site:3:10
GET@peerserver-site:8:10
async*chooseFunction/<@data:text/javascript;charset=utf-8,%22use%20strict%22:1:99321
`;
const NODE = `TypeError: Cannot read properties of undefined (reading 'name')
    at rows (peerserver-site:3:15)
    at GET (peerserver-site:8:10)
    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)
    at async answerOf (file:///app/dist/cli/site-runtime.mjs:2144:23)`;

const SOURCES = `// first line
interface Item { name: string }
export function rows(items: Item[]) {
  return items[5]
    .name;
}
`;

let places: SourcePlaces;
/** Where `.name` stands in the compiled code, from 1. */
let compiled: { line: number; column: number };
beforeAll(async () => {
  const { outputFiles } = await build({
    stdin: { contents: SOURCES, sourcefile: 'lib/rows.ts', loader: 'ts' },
    bundle: true,
    write: false,
    format: 'esm',
    sourcemap: 'external',
    outfile: 'site.js',
    sourcesContent: true,
  });
  const text = (suffix: string) =>
    outputFiles.find(({ path }) => path.endsWith(suffix))?.text ?? '';
  places = new SourcePlaces(text('.map'));
  const lines = text('.js').split('\n');
  const line = lines.findIndex((one) => one.includes('.name'));
  compiled = { line: line + 1, column: (lines[line]?.indexOf('.name') ?? 0) + 2 };
});

describe('reading a stack', () => {
  it('takes time of the length of a hostile one only, not of its square, which no test would wait for', () => {
    const hostile = [
      `${'/'.repeat(500_000)}x@u:1:1`,
      `at ${'x ('.repeat(500_000)}`,
      `    at ${':1'.repeat(500_000)}`,
    ];
    expect(hostile.map((stack) => readStack(stack).length)).toEqual([1, 0, 1]);
  });

  it.each([
    ['Chromium', CHROMIUM, ['rows', 'Module.GET', 'answerOf', '#run']],
    ['Firefox', FIREFOX, ['rows', 'GET', 'chooseFunction']],
    ['Node', NODE, ['rows', 'GET', 'process.processTicksAndRejections', 'answerOf']],
  ])('finds the frames of %s', (_, stack, names) => {
    const frames = readStack(stack);
    expect(frames.map(({ functionName }) => functionName)).toEqual(names);
    expect(frames[0]).toMatchObject({ url: 'peerserver-site', line: 3 });
    expect(frames[1]).toMatchObject({ url: 'peerserver-site', line: 8, column: 10 });
  });

  it('finds frames without a function’s name', () => {
    expect(readStack('Error\n    at peerserver-site:1:2')).toMatchObject([{ functionName: '' }]);
    expect(readStack('@peerserver-site:1:2')).toMatchObject([{ functionName: '' }]);
  });

  it.each([
    '',
    'no frames here',
    '    at <anonymous>',
    'x@y',
    `${'at '.repeat(10_000)}`,
  ])('finds nothing in %j', (stack) => {
    expect(readStack(stack)).toEqual([]);
  });

  it('takes no more than fifty frames of one that is made up', () => {
    expect(readStack('a@peerserver-site:1:1\n'.repeat(10_000))).toHaveLength(50);
  });
});

describe('the places of a site', () => {
  it('are those of the author’s own files, with the text of the line', () => {
    const { line, column } = compiled;
    const stack = `Error\n    at answer (data:x,y:1:1)\n    at rows (peerserver-site:${line}:${column})`;
    expect(places.map(stack)).toEqual({
      place: { file: 'lib/rows.ts', line: 5, column: 6, lineText: '    .name;' },
      stack: 'rows (lib/rows.ts:5:6)',
    });
  });

  it('are where a handler is declared', () => {
    const map = (text: string) =>
      new SourcePlaces(
        JSON.stringify({
          version: 3,
          sources: ['routes/[id].ts'],
          sourcesContent: [text],
          names: [],
          mappings: '',
        }),
      ).ofHandler('routes/[id].ts GET');
    const declared = { file: 'routes/[id].ts', line: 2 };
    expect(map('// GET\nexport async function GET() {}')).toMatchObject(declared);
    expect(map('const x = 1;\nexport const GET: Route = () => 1;')).toMatchObject(declared);
    expect(map('export const POST = 1;\nexport default () => 1;')).toMatchObject(declared);
    expect(map('const x = 1;\nexport function get() {}')).toMatchObject(declared);
    expect(map('const GET = 1;\nexport { GET };')).toEqual({ file: 'routes/[id].ts' });
    expect(places.ofHandler('routes/other.ts GET')).toBeUndefined();
    expect(places.ofHandler('server fetch')).toBeUndefined();
  });

  it('show functions by their own names, not by those that the bundler made', () => {
    const { line, column } = compiled;
    expect(places.map(`GET12@peerserver-site:${line}:${column}`).stack).toMatch(/^GET \(/);
  });

  it('are none of packages and of the entry module', () => {
    const map = new SourcePlaces(
      JSON.stringify({
        version: 3,
        sources: ['peerserver:entry', 'package:handlebars.js', 'server.ts'],
        names: [],
        // One source a line.
        mappings: 'AAAA;ACAA;ACAA',
      }),
    );
    const stack = 'a@peerserver-site:1:1\nb@peerserver-site:2:1\nc@peerserver-site:3:1';
    expect(map.map(stack)).toMatchObject({
      place: { file: 'server.ts', line: 1 },
      stack: 'c (server.ts:1:1)',
    });
  });

  it('are not found for lines that the site does not have', () => {
    expect(places.map('a@peerserver-site:9999:1\nb@peerserver-site:0:0')).toEqual({ stack: '' });
  });

  it('are not found with a map that is none', () => {
    expect(new SourcePlaces('{"version":').map('a@peerserver-site:1:1')).toEqual({ stack: '' });
  });
});
