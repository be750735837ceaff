import { mkdir, writeFile } from 'node:fs/promises';
import { build } from 'esbuild';
import { cspHash, escapeInlineScript } from './html.mjs';

/**
 * Builds the page of a sandbox's frame into `outdir`: sandbox.html, and sandbox.csp with the policy that it is
 * to be served with. Not minified, so that what keeps sites' code in can be read.
 */
export async function buildSandboxPage({ root, outdir }) {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ['src/host/browser/sandbox-page.ts'],
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    charset: 'utf8',
    logLevel: 'error',
  });
  const script = escapeInlineScript(outputFiles[0].text);
  const html = `<!doctype html>
<meta charset="utf-8">
<title>Sandbox</title>
<script>${script}</script>
`;
  await mkdir(outdir, { recursive: true });
  await Promise.all([
    writeFile(`${outdir}/sandbox.html`, html),
    writeFile(`${outdir}/sandbox.csp`, sandboxPolicy(script)),
  ]);
}

/** The widest that a site may have; the page narrows `connect-src` to what the site's settings say. */
function sandboxPolicy(script) {
  return [
    "default-src 'none'",
    // The site's module is a blob. Templates become functions, which counts as eval.
    `script-src ${cspHash(script)} blob: 'unsafe-eval'`,
    'worker-src data:',
    'connect-src http: https: ws: wss: data: blob:',
    // An origin of its own even for who opens the page by itself.
    'sandbox allow-scripts',
    "frame-ancestors 'self'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}
