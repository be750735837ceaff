import { readFile, writeFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { build } from 'esbuild';
import { sizeOf } from './budgets.mjs';
import { fillPlaceholder } from './html.mjs';

/**
 * Builds the studio into `outdir`: index.html, and scripts and styles under hashed names in assets/, so
 * that they may be cached for ever.
 * @param plugins for what the scripts take from other parts of the build
 * @returns sizes of the home page's first load and of what the editor adds
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
    loader: { '.svg': 'file', '.woff2': 'file' },
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
  const editor = editorFiles(metafile, first);
  const read = (files) => Promise.all(files.map((file) => readFile(`${root}/${file}`)));
  return {
    'home page': sizeOf([html, ...(await read(first))]),
    editor: sizeOf(await read(editor)),
  };
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

/** What is fetched when the editor is first opened: the chunks with CodeMirror in them. */
function editorFiles(metafile, alreadyLoaded) {
  const holdsEditor = (file) =>
    Object.keys(metafile.outputs[file].inputs).some((input) =>
      /\/(@?codemirror|@lezer)\//.test(input),
    );
  return Object.keys(metafile.outputs).filter(
    (file) => file.endsWith('.js') && !alreadyLoaded.includes(file) && holdsEditor(file),
  );
}
