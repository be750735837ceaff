import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { build } from 'esbuild';
import { sizeOf } from './budgets.mjs';
import { cspHash, escapeInlineScript, escapeInlineStyle, fillPlaceholder } from './html.mjs';
import { virtualModules } from './virtual-modules.mjs';

/**
 * Builds the visitor's bootstrap into `outdir`: the shell as one HTML file, another for the studio's preview, and the service worker as one
 * script that carries the shell and the page script within it. Not minified, so that what visitors run can
 * be read; the page script, which becomes part of every page, is.
 * @returns sizes of shell, service worker and page script
 */
export async function buildVisitor({ root, outdir, buildId }) {
  const visitor = `${root}/src/visitor`;
  const define = { __BUILD_ID__: JSON.stringify(buildId) };
  await mkdir(outdir, { recursive: true });

  const shell = await buildShell(visitor, 'shell/main.ts', define);
  const preview = await buildShell(visitor, 'preview/main.ts', define);
  const frameStart = await injectedScript(`${visitor}/page-script/frame-start.ts`, { define });
  const frameStartModule = `export const frameStart = ${JSON.stringify(frameStart)};
    export const frameStartSource = ${JSON.stringify(cspHash(frameStart))};`;
  const pageScript = await injectedScript(`${visitor}/page-script/main.ts`, {
    define,
    plugins: [virtualModules({ 'virtual:frame-start': frameStartModule })],
  });
  const siteWorkerScript = await injectedScript(`${visitor}/page-script/worker.ts`, { define });
  const worker = await bundle(`${visitor}/service-worker/main.ts`, {
    define,
    plugins: [
      virtualModules({
        'virtual:shell-html': `export const shellPage = ${JSON.stringify(shell)};`,
        'virtual:page-script': `export const pageScript = ${JSON.stringify(pageScript)};
          export const pageScriptSource = ${JSON.stringify(cspHash(pageScript))};`,
        'virtual:frame-start': frameStartModule,
        'virtual:worker-script': `export const workerScript = ${JSON.stringify(siteWorkerScript)};`,
      }),
    ],
  });

  await Promise.all([
    writeFile(`${outdir}/shell.html`, shell.html),
    writeFile(`${outdir}/shell.csp`, shell.csp),
    writeFile(`${outdir}/preview.html`, preview.html),
    writeFile(`${outdir}/preview.csp`, preview.csp),
    writeFile(`${outdir}/service-worker.js`, worker),
  ]);
  return {
    shell: sizeOf([shell.html]),
    preview: sizeOf([preview.html]),
    'service worker': sizeOf([worker]),
    'page script': sizeOf([pageScript]),
  };
}

async function buildShell(visitor, entry, define) {
  const [template, css, workerScript] = await Promise.all([
    readFile(`${visitor}/shell/shell.html`, 'utf8'),
    readFile(`${visitor}/shell/shell.css`, 'utf8'),
    bundle(`${visitor}/connection-worker/main.ts`, { define }),
  ]);
  const js = await bundle(`${visitor}/${entry}`, {
    define,
    plugins: [
      virtualModules({
        'virtual:connection-worker': `export const workerScript = ${JSON.stringify(workerScript)};`,
      }),
    ],
  });
  const style = escapeInlineStyle(css);
  const script = escapeInlineScript(js);
  const html = fillPlaceholder(fillPlaceholder(template, '/*style*/', style), '/*script*/', script);
  return { html, csp: shellPolicy(script, style) };
}

/** What the shell may do, and nothing else. The frame inside it has the site's own policy. */
function shellPolicy(script, style) {
  return [
    "default-src 'none'",
    `script-src ${cspHash(script)}`,
    `style-src ${cspHash(style)}`,
    // Without this line the hash above would forbid the service worker's registration, too.
    // The connection worker is made from a blob.
    "worker-src 'self' blob:",
    // Older browsers do not count WebSockets of the same host under 'self'.
    "connect-src 'self' ws: wss:",
    "img-src 'self' data:",
    // What a page has made itself (`blob:`, `data:`) Firefox saves by sending the frame there.
    "frame-src 'self' blob: data:",
    "base-uri 'none'",
    "form-action 'self'",
  ].join('; ');
}

/** A script that becomes part of other people's pages: small, and the same bytes in whatever encoding. */
async function injectedScript(entry, options) {
  const script = await bundle(entry, { ...options, minify: true, charset: 'ascii' });
  return escapeInlineScript(script.trim());
}

async function bundle(entry, options) {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    charset: 'utf8',
    logLevel: 'error',
    ...options,
  });
  return outputFiles[0].text;
}
