/** Compiling a site in a server tab: the same as in Node, without a network after the first time. */
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, version } from 'esbuild';
import type { Page } from 'puppeteer-core';
import { expect, it } from 'vitest';
import { createNodeCompiler } from '../src/host/node/compile-in-process.ts';
import type { ProjectFiles } from '../src/host/project/project-files.ts';
import type { BrowserName, LaunchedBrowser } from './browsers/launch.ts';
import type { Compiled, CompilerAddresses } from './compile-page.ts';
import { browserPool } from './instance/browsers.ts';
import { type Instance, startInstance } from './instance/instance.ts';
import { whenTestIsDone } from './instance/until.ts';

const openBrowser = browserPool();
const BROWSERS: BrowserName[] = ['chromium', 'firefox'];
const DIST = fileURLToPath(new URL('../dist/', import.meta.url));

const FILES = {
  'peerserver.json': '{ "format": 1 }',
  'routes/index.tsx': `import { title } from '../lib/title.js'; import text from './about.md';
    export const GET = () => <p>{title}{text}</p>;`,
  'routes/about.md': '# About ö',
  'routes/broken.ts': 'export const GET = () => 1 +;',
  'lib/title.ts': 'export const title: string = "Garden";',
  'server.ts': `import { Hono } from 'hono'; import { z } from 'zod';
    const app = new Hono(); app.get('/', (c) => c.text(z.string().parse('a'))); export default app;`,
};

class CompilerPage {
  readonly #launched: LaunchedBrowser;
  readonly #page: Page;
  readonly #addresses: CompilerAddresses;

  private constructor(launched: LaunchedBrowser, page: Page, addresses: CompilerAddresses) {
    this.#launched = launched;
    this.#page = page;
    this.#addresses = addresses;
  }

  /** In the studio's own origin, with its policy. */
  static async open(browser: BrowserName, instance: Instance): Promise<CompilerPage> {
    const launched = await openBrowser(browser, 'host');
    const page = await launched.browser.newPage();
    whenTestIsDone(() => page.close());
    const assets = await readdir(join(DIST, 'web/assets'));
    const address = (pattern: RegExp) => {
      const name = assets.find((asset) => pattern.test(asset));
      if (name === undefined) throw new Error(`The build made no ${pattern}.`);
      return `${instance.origin}/assets/${name}`;
    };
    const compilerPage = new CompilerPage(launched, page, {
      worker: address(/^compile-worker-\w+\.js$/),
      wasm: address(/^esbuild-\w+\.wasm$/),
      packages: `${address(/^packages-/)}/`,
      esbuildVersion: version,
    });
    await launched.guard(page.goto(instance.origin));
    await compilerPage.#prepare();
    return compilerPage;
  }

  async #prepare(): Promise<void> {
    const { outputFiles } = await build({
      entryPoints: [fileURLToPath(new URL('compile-page.ts', import.meta.url))],
      bundle: true,
      write: false,
      format: 'iife',
      target: 'es2022',
    });
    await this.#launched.guard(this.#page.evaluate(outputFiles[0]?.text ?? ''));
  }

  /** As if the server tab were closed and opened again. */
  async reload(): Promise<void> {
    const close = () => (Reflect.get(window, 'closeCompiler') as () => Promise<void>)();
    await this.#launched.guard(this.#page.evaluate(close));
    await this.#launched.guard(this.#page.reload());
    await this.#prepare();
  }

  compile(
    files: Readonly<Record<string, string>>,
    packagesFrom = 'https://packages.invalid',
  ): Promise<Compiled> {
    const call = (...args: [typeof files, string, CompilerAddresses]) =>
      (Reflect.get(window, 'compile') as (...given: typeof args) => Promise<Compiled>)(...args);
    return this.#launched.guard(this.#page.evaluate(call, files, packagesFrom, this.#addresses));
  }
}

it.each(BROWSERS)('makes in %s, letter for letter, what it makes in Node', async (browser) => {
  const page = await CompilerPage.open(browser, await startInstance());
  const inTab = await page.compile(FILES);
  const compiler = createNodeCompiler({ packagesFolder: join(DIST, 'cli/packages') });
  const inNode = await compiler.compile(projectOf(FILES), {
    packagesFrom: 'https://packages.invalid',
    signal: new AbortController().signal,
  });
  await compiler.close();
  expect(inTab.problems).toEqual([expect.stringMatching(/^routes\/broken\.ts: Unexpected/)]);
  expect(inTab.code).toContain('# About ö');
  expect(inTab.code).toBe(inNode?.code);
  expect(inTab.hash).toBe(inNode?.hash);
});

it.each(
  BROWSERS,
)('needs no compiler in %s for a site that has not changed since, and one for a change', async (browser) => {
  const page = await CompilerPage.open(browser, await startInstance());
  const first = await page.compile(FILES);
  expect(first.workersStarted).toBe(1);
  await page.reload();
  const again = await page.compile(FILES);
  expect(again).toMatchObject({ hash: first.hash, problems: first.problems, workersStarted: 0 });
  const changed = await page.compile({ 'lib/title.ts': 'export const title = "Meadow";' });
  expect(changed.workersStarted).toBe(1);
  expect(changed.code).toContain('Meadow');
});

it.each(
  BROWSERS,
)('keeps packages from elsewhere in %s: they work without their server', async (browser) => {
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    const isList = request.url?.startsWith('/list');
    response.writeHead(isList ? 302 : 200, {
      'access-control-allow-origin': '*',
      ...(isList ? { location: '/v1/list.js' } : { 'content-type': 'text/javascript' }),
    });
    response.end(isList ? '' : 'export const first = (list) => list[0];');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const packagesFrom = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const files = {
    'peerserver.json': '{}',
    'routes/index.ts': `import { first } from 'list'; export const GET = () => first([1]);`,
  };
  const page = await CompilerPage.open(browser, await startInstance());
  expect((await page.compile(files, packagesFrom)).problems).toEqual([]);
  expect(requests).toBe(2);

  server.closeAllConnections();
  server.close();
  await once(server, 'close');
  await page.reload();
  const other = { ...files, 'routes/other.ts': `import { first } from 'list'; first([2]);` };
  const offline = await page.compile(other, packagesFrom);
  expect(offline).toMatchObject({ problems: [], workersStarted: 1 });
});

function projectOf(files: Readonly<Record<string, string>>): ProjectFiles {
  return {
    list: async () => Object.keys(files).sort(),
    readText: async (path) => files[path] ?? '',
    subscribe: () => () => undefined,
  };
}
