import { readFile, writeFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { build } from 'esbuild';
import { sizeOf } from './budgets.mjs';
import { fillPlaceholder } from './html.mjs';

/**
 * Builds the studio into `outdir`: index.html, and scripts and styles under hashed names in assets/, so
 * that they may be cached for ever.
 * @param plugins for what the scripts take from other parts of the build
 * @returns sizes of the home page's first load and of what the parts of the editor add
 */
export async function buildStudio({ root, outdir, buildId, plugins }) {
  const entry = 'src/studio/main.tsx';
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    minify: true,
    sourcemap: 'linked',
    metafile: true,
    entryNames: 'assets/[name]-[hash]',
    chunkNames: 'assets/[name]-[hash]',
    assetNames: 'assets/[name]-[hash]',
    publicPath: '/',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    define: { __BUILD_ID__: JSON.stringify(buildId) },
    loader: { '.svg': 'file', '.woff2': 'file', '.md': 'text' },
    plugins,
    logLevel: 'error',
  });

  const [script, output] = Object.entries(metafile.outputs).find(
    ([, candidate]) => candidate.entryPoint === entry,
  );
  const href = (file) => `/${relative(outdir, `${root}/${file}`).replaceAll('\\', '/')}`;
  const scripts = staticImports(metafile, script);
  const preloads = scripts
    .filter((file) => file !== script)
    .map((file) => `<link rel="modulepreload" href="${href(file)}" />`);
  const styles = output.cssBundle
    ? `<link rel="stylesheet" href="${href(output.cssBundle)}" />`
    : '';

  const template = await readFile(`${root}/src/studio/index.html`, 'utf8');
  const withStyles = fillPlaceholder(template, '<!--styles-->', [styles, ...preloads].join(''));
  const html = fillPlaceholder(
    withStyles,
    '<!--scripts-->',
    `<script type="module" src="${href(script)}"></script>`,
  );
  await writeFile(`${outdir}/index.html`, html);

  const first = [...scripts, ...(output.cssBundle ? [output.cssBundle] : [])];
  const read = (files) => Promise.all(files.map((file) => readFile(`${root}/${file}`)));
  const parts = await Promise.all(
    partFiles(metafile, first).map(async ([part, files]) => [part, sizeOf(await read(files))]),
  );
  return { 'home page': sizeOf([html, ...(await read(first))]), ...Object.fromEntries(parts) };
}

/** The output and all that it imports at once, itself first. */
function staticImports(metafile, output, seen = new Set()) {
  if (seen.has(output)) return [];
  seen.add(output);
  const imported = metafile.outputs[output].imports
    .filter((entry) => entry.kind === 'import-statement' && !entry.external)
    .flatMap((entry) => staticImports(metafile, entry.path, seen));
  return [output, ...imported];
}

/** What each part that comes on demand begins with: ends of the paths of what `import(…)` names. */
const PARTS = {
  // Opening a page or a route: whichever is first brings the most of it.
  editor: [
    'editor/code-editor.ts',
    'lang-html/dist/index.js',
    'lang-javascript/dist/index.js',
    'editor/completion/site-completion.ts',
    'editor/completion/route-snippets.ts',
  ],
  'more languages': [
    'lang-css/dist/index.js',
    'lang-json/dist/index.js',
    'lang-markdown/dist/index.js',
    'lang-sql/dist/index.js',
    'editor/handlebars-language.ts',
  ],
  'template parser': ['handlebars/dist/cjs/handlebars.js'],
  comparison: ['editor/changes.ts'],
  formatter: [
    'editor/format/prettier-format.ts',
    'editor/format/sql-format.ts',
    'editor/format/indent-template.ts',
    'prettier/plugins/babel.mjs',
    'prettier/plugins/estree.mjs',
    'prettier/plugins/html.mjs',
    'prettier/plugins/markdown.mjs',
    'prettier/plugins/postcss.mjs',
  ],
};

/**
 * The files that each part adds to what is there already: the home page, the server tab, the parts above it.
 * @throws Error for a part that is not to be found
 */
function partFiles(metafile, first) {
  const entryOf = (end) => {
    const found = Object.entries(metafile.outputs).find(([, { entryPoint }]) =>
      entryPoint?.endsWith(end),
    );
    if (!found) throw new Error(`No script of the studio begins with ${end}.`);
    return found[0];
  };
  const loaded = new Set([...first, ...staticImports(metafile, entryOf('server/server-page.tsx'))]);
  return Object.entries(PARTS).map(([part, ends]) => {
    const files = ends
      .flatMap((end) => staticImports(metafile, entryOf(end)))
      .filter((file) => !loaded.has(file) && loaded.add(file));
    return [part, files];
  });
}
