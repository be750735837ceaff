import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CompileOutput } from './compile-output.ts';
import { MAX_DOWNLOADED_LENGTH, MAX_PACKAGE_FILE_BYTES, PARALLEL_DOWNLOADS } from './limits.ts';
import { RemoteModules } from './remote-modules.ts';
import {
  loadSite,
  MemoryModuleStore,
  MemoryProject,
  testCompiler,
} from './testing/node-test-compiler.ts';

/** A package server as the usual ones are: names redirect to versions, modules import by absolute paths. */
class PackageServer {
  readonly requests: string[] = [];
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      const [path = ''] = (request.url ?? '').split('?');
      this.requests.push(request.url ?? '');
      const javascript = { 'content-type': 'application/javascript; charset=utf-8' };
      const body = MODULES[path];
      if (path === '/list') response.writeHead(302, { location: '/v1/list/index.js' }).end();
      else if (path === '/page')
        response.writeHead(200, { 'content-type': 'text/html' }).end('<p>');
      else if (path === '/huge') {
        response.writeHead(200, javascript).end(' '.repeat(MAX_PACKAGE_FILE_BYTES + 1));
      } else if (body === undefined) response.writeHead(404).end();
      else response.writeHead(200, javascript).end(body);
    });
  }

  static async start(): Promise<PackageServer> {
    const server = new PackageServer();
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

const MODULES: Readonly<Record<string, string>> = {
  '/v1/list/index.js': `import { first } from './first.js'; import '/side.js';
    export { first }; export { HTTPException } from 'hono/http-exception';`,
  '/v1/list/first.js': 'export const first = (list) => list[0];',
  '/side.js': 'globalThis.sideEffect = true;',
  '/@scope/tool@1.2.3/deep.js': 'export default "deep";',
  '/broken': 'export const = 1;',
};

let server: PackageServer;
let store: MemoryModuleStore;

beforeEach(async () => {
  server = await PackageServer.start();
  store = new MemoryModuleStore();
});

afterEach(() => server.close());

async function compile(route: string, fetchModule: typeof fetch = fetch): Promise<CompileOutput> {
  const compiler = testCompiler({ fetch: fetchModule, store });
  const { signal } = new AbortController();
  const project = new MemoryProject({ 'routes/index.ts': route });
  const output = await compiler.compile(project, { packagesFrom: server.origin, signal });
  await compiler.close();
  if (!output) throw new Error('nothing');
  return output;
}

describe('packages that are not built in', () => {
  const route = `import { first, HTTPException } from 'list';
    import { HTTPException as own } from 'hono/http-exception';
    export const GET = () => [first([7]), HTTPException === own];`;

  it('come from the package server, through redirects, with the built-in packages shared', async () => {
    const output = await compile(route);
    expect(output.problems).toEqual([]);
    const { GET } = (await (await loadSite(output)).routes['routes/index.ts']?.()) ?? {};
    expect((GET as () => unknown)()).toEqual([7, true]);
    expect(server.requests.map((url) => url.replace(/\?.*/, '')).sort()).toEqual([
      '/list',
      '/side.js',
      '/v1/list/first.js',
      '/v1/list/index.js',
    ]);
  });

  it('are loaded once, and are there without a network afterwards, the same to the letter', async () => {
    const first = await compile(route);
    const offline: typeof fetch = async () => {
      throw new TypeError('offline');
    };
    const second = await compile(route, offline);
    expect(second.problems).toEqual([]);
    expect(second.hash).toBe(first.hash);
  });

  it('may be named with scope, version and path', async () => {
    const output = await compile(
      `import deep from '@scope/tool@1.2.3/deep.js'; export const GET = () => deep;`,
    );
    const { GET } = (await (await loadSite(output)).routes['routes/index.ts']?.()) ?? {};
    expect((GET as () => string)()).toBe('deep');
  });

  it.each([
    ['missing', 'was not found', 'answered with 404', 'Is the name right? '],
    ['page', 'could not be loaded', 'is no JavaScript, but text/html', ''],
    ['huge', 'could not be loaded', 'larger than 8 MiB', ''],
  ])('that cannot be had are told at the line of the import: %s', async (name, what, why, hint) => {
    const output = await compile(`\nimport '${name}'; export const GET = () => 1;`);
    const [problem] = output.problems;
    expect(problem).toMatchObject({
      text: expect.stringContaining(`The package "${name}" ${what}: ${server.origin}/${name}?`),
      hint: `${hint}Built in are handlebars, hono, marked, uqr and zod; others are loaded once, from ${server.origin}.`,
      place: { file: 'routes/index.ts', line: 2 },
    });
    expect(problem?.text).toContain(why);
    expect(output.problems).toHaveLength(1);
  });

  it('that are broken themselves are told with their address', async () => {
    const output = await compile(`import 'broken'; export const GET = () => 1;`);
    expect(output.problems).toMatchObject([
      { place: { file: expect.stringContaining(`${server.origin}/broken`), line: 1 } },
    ]);
    const site = await loadSite(output);
    await expect(site.routes['routes/index.ts']?.()).rejects.toThrow('/broken');
  });

  it('are tried again after a failure', async () => {
    let isUp = false;
    const flaky: typeof fetch = (...args) =>
      isUp ? fetch(...args) : Promise.reject(new TypeError('no connection'));
    const compiler = testCompiler({ fetch: flaky, store });
    const project = new MemoryProject({ 'routes/index.ts': `import 'list';` });
    const options = { packagesFrom: server.origin, signal: new AbortController().signal };
    const failed = await compiler.compile(project, options);
    expect(failed?.problems[0]).toMatchObject({
      text: expect.stringMatching(
        /^The package "list" could not be loaded: .* cannot be reached\.$/,
      ),
      hint: expect.stringContaining('Is this computer online? Built in are'),
    });
    expect(failed?.isLasting).toBe(false);
    isUp = true;
    expect(await compiler.compile(project, options)).toMatchObject({
      problems: [],
      isLasting: true,
    });
    await compiler.close();
  });

  it('are downloaded a few at a time, and up to an amount', async () => {
    let downloading = 0;
    let most = 0;
    const text = `export default '${'x'.repeat(MAX_PACKAGE_FILE_BYTES - 100)}';`;
    const generous: typeof fetch = async () => {
      downloading += 1;
      most = Math.max(most, downloading);
      await Promise.resolve();
      downloading -= 1;
      return new Response(text, { headers: { 'content-type': 'text/javascript' } });
    };
    const modules = new RemoteModules(new MemoryModuleStore(), generous);
    const { signal } = new AbortController();
    const loads = Array.from({ length: 40 }, (_, n) =>
      modules.load(`https://a.example/${n}`, signal),
    );
    const results = await Promise.allSettled(loads);
    const loaded = results.filter(({ status }) => status === 'fulfilled').length;
    expect(most).toBeLessThanOrEqual(PARALLEL_DOWNLOADS);
    // Those that are on their way when it is too much still arrive.
    expect(loaded * text.length).toBeLessThan(
      MAX_DOWNLOADED_LENGTH + (PARALLEL_DOWNLOADS + 1) * MAX_PACKAGE_FILE_BYTES,
    );
    expect(results.at(-1)).toMatchObject({
      status: 'rejected',
      reason: { message: expect.stringContaining('64 MiB together') },
    });
  });
});
