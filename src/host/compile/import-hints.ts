/** Modules of Node, with what a site uses in their place; `''`: nothing fits as it is. */
const NODE_MODULES: Readonly<Record<string, string>> = {
  assert: 'throw an Error yourself',
  async_hooks: '',
  buffer: 'use Uint8Array, TextEncoder and TextDecoder',
  child_process: '',
  cluster: '',
  console: 'use console, which is there without an import',
  constants: '',
  crypto: 'use the global crypto (Web Crypto), and hashPassword from "peerserver"',
  dgram: '',
  diagnostics_channel: '',
  dns: '',
  domain: '',
  events: 'use EventTarget',
  fs: 'use file() or env.ASSETS to read files, and db to keep data',
  'fs/promises': 'use file() or env.ASSETS to read files, and db to keep data',
  http: 'use fetch to send requests; routes and server.ts answer them',
  http2: 'use fetch',
  https: 'use fetch',
  inspector: '',
  module: '',
  net: 'use fetch or WebSocket',
  os: '',
  path: 'use new URL() or string functions',
  'path/posix': 'use new URL() or string functions',
  perf_hooks: 'use performance, which is there without an import',
  process: 'use env for variables',
  punycode: 'use new URL()',
  querystring: 'use URLSearchParams',
  readline: '',
  repl: '',
  sqlite: 'use db',
  stream: 'use ReadableStream and TransformStream',
  'stream/web': 'use ReadableStream, which is there without an import',
  string_decoder: 'use TextDecoder',
  test: '',
  timers: 'use setTimeout, which is there without an import',
  'timers/promises': 'use setTimeout within a Promise',
  tls: 'use fetch',
  tty: '',
  url: 'use URL, which is there without an import',
  util: '',
  v8: '',
  vm: '',
  wasi: '',
  worker_threads: '',
  zlib: 'use CompressionStream and DecompressionStream',
};

/** What to tell somebody who imports a module of Node, or undefined when it is none. */
export function nodeModuleHint(
  specifier: string,
): { readonly text: string; readonly hint: string } | undefined {
  const name = specifier.replace(/^node:/, '');
  const isNamed = specifier.startsWith('node:');
  if (!isNamed && !Object.hasOwn(NODE_MODULES, name)) return undefined;
  const instead = Object.hasOwn(NODE_MODULES, name) ? NODE_MODULES[name] : '';
  const text = `"${specifier.slice(0, 100)}" is a module of Node, which is not available in a browser.`;
  const hint = instead
    ? `${instead.charAt(0).toUpperCase()}${instead.slice(1)}.`
    : 'Sites run on web standards only; look for a package that does.';
  return { text, hint };
}

/** For specifiers of other servers' own modules: `cloudflare:workers`, `bun:sqlite`, `jsr:…`, `npm:…`. */
export function foreignSchemeHint(
  specifier: string,
): { readonly text: string; readonly hint: string } | undefined {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(specifier)?.[1]?.toLowerCase();
  if (scheme === undefined || scheme === 'https' || scheme === 'http') return undefined;
  const text = `"${specifier.slice(0, 100)}" cannot be imported here.`;
  if (scheme === 'npm' || scheme === 'jsr') {
    return { text, hint: `Leave "${scheme}:" out: packages are imported by their names.` };
  }
  if (scheme === 'cloudflare') {
    return { text, hint: 'What it gives comes as arguments here: fetch(request, env, ctx).' };
  }
  return { text, hint: 'Code can import files of its own site, packages, and https: addresses.' };
}
