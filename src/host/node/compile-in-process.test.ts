import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  loadSite,
  MemoryProject,
  testPackagesFolder,
} from '../compile/testing/node-test-compiler.ts';
import { createNodeCompiler } from './compile-in-process.ts';

const options = {
  packagesFrom: 'https://packages.example',
  signal: new AbortController().signal,
};

describe('createNodeCompiler', () => {
  let packagesFolder: string;
  let cacheFolder: string;
  const compilers: ReturnType<typeof createNodeCompiler>[] = [];

  beforeAll(async () => {
    packagesFolder = await testPackagesFolder();
    cacheFolder = await mkdtemp(join(tmpdir(), 'peerserver-cache-'));
  });

  afterEach(async () => {
    await Promise.all(compilers.splice(0).map((compiler) => compiler.close()));
  });

  afterAll(async () => {
    await rm(packagesFolder, { recursive: true });
    await rm(cacheFolder, { recursive: true });
  });

  function create(fetchModule: typeof fetch) {
    const compiler = createNodeCompiler({ packagesFolder, cacheFolder, fetch: fetchModule });
    compilers.push(compiler);
    return compiler;
  }

  it('compiles with packages from the folder, and keeps those from elsewhere in another', async () => {
    const project = new MemoryProject({
      'routes/items/[id].ts': `import { z } from 'zod'; import tool from 'tool';
        export const GET = () => z.string().parse(tool);`,
    });
    const online: typeof fetch = async () =>
      new Response('export default "tool";', { headers: { 'content-type': 'text/javascript' } });
    const first = await create(online).compile(project, options);
    expect(first?.problems).toEqual([]);
    expect(first?.routes.match('/items/7')?.params).toEqual({ id: '7' });
    expect(await readdir(cacheFolder)).toHaveLength(1);

    const offline: typeof fetch = () => Promise.reject(new TypeError('offline'));
    const second = await create(offline).compile(project, options);
    expect(second?.hash).toBe(first?.hash);
    const site = await loadSite({ code: second?.code ?? '' });
    const { GET } = (await site.routes['routes/items/[id].ts']?.()) ?? {};
    expect((GET as () => string)()).toBe('tool');
  });

  it('fails as a whole when the built-in packages are missing, which is nobody’s file', async () => {
    const compiler = createNodeCompiler({ packagesFolder: join(packagesFolder, 'nothing') });
    compilers.push(compiler);
    const project = new MemoryProject({ 'server.ts': `import 'hono';` });
    await expect(compiler.compile(project, options)).rejects.toMatchObject({ code: 'host-failed' });
  });
});
