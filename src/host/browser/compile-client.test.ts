import { describe, expect, it } from 'vitest';
import type { FromCompileWorker, ToCompileWorker } from '../compile/compile-messages.ts';
import { MemoryProject, testCompiler } from '../compile/testing/node-test-compiler.ts';
import type { ProjectFiles } from '../project/project-files.ts';
import { type CompileWorker, createBrowserCompiler } from './compile-client.ts';
import { packageFolderStore } from './compile-package-store.ts';
import { MemoryDisk } from './testing/memory-disk.ts';

const options = {
  packagesFrom: 'https://packages.example',
  signal: new AbortController().signal,
};

/** Stands for the worker: compiles with esbuild's own program, and has the page's files at hand. */
class StandInWorker implements CompileWorker {
  onmessage: CompileWorker['onmessage'] = null;
  onerror: CompileWorker['onerror'] = null;
  readonly heard: ToCompileWorker['kind'][] = [];
  isTerminated = false;
  /** Hears, and does nothing. */
  isStuck = false;
  readonly #files: ProjectFiles;
  readonly #compiler = testCompiler({ version: 'v1' });

  constructor(files: ProjectFiles) {
    this.#files = files;
  }

  postMessage(message: ToCompileWorker): void {
    this.heard.push(message.kind);
    if (message.kind !== 'compile' || this.isStuck) return;
    const { id, packagesFrom } = message;
    void this.#compiler
      .compile(this.#files, { packagesFrom, signal: options.signal })
      .then((output) => this.tell({ kind: 'compiled', id, output }));
  }

  tell(data: FromCompileWorker): void {
    this.onmessage?.({ data: structuredClone(data) } as MessageEvent<FromCompileWorker>);
  }

  terminate(): void {
    this.isTerminated = true;
    void this.#compiler.close();
  }
}

function setUp(disk: MemoryDisk, project: MemoryProject, version = 'v1', isStuck = false) {
  const workers: StandInWorker[] = [];
  const compiler = createBrowserCompiler({
    createWorker: () => {
      const worker = new StandInWorker(project);
      worker.isStuck = isStuck && workers.length === 0;
      workers.push(worker);
      return worker;
    },
    esbuildWasmUrl: '/esbuild.wasm',
    packagesUrl: '/packages/',
    directory: disk.root(),
    version,
  });
  return { compiler, workers };
}

const route = 'export const GET = () => 1;';

describe('createBrowserCompiler', () => {
  it('needs no worker when nothing has changed since the site was last open', async () => {
    const disk = new MemoryDisk();
    const project = new MemoryProject({ 'routes/a/[id].ts': route });
    const first = setUp(disk, project);
    const made = await first.compiler.compile(project, options);
    expect(first.workers).toHaveLength(1);
    await first.compiler.close();

    const again = setUp(disk.afterRestart(), project);
    const kept = await again.compiler.compile(project, options);
    expect(again.workers).toHaveLength(0);
    expect({ ...kept, routes: kept?.routes.files }).toEqual({
      ...made,
      routes: made?.routes.files,
    });
    expect(kept?.routes.match('/a/7')?.params).toEqual({ id: '7' });
    await again.compiler.close();
  });

  it.each<[string, (project: MemoryProject) => void, string]>([
    ['a file is another', (project) => project.write('routes/a.ts', `${route}//`), 'v1'],
    ['there is a file more', (project) => project.write('routes/b.ts', route), 'v1'],
    ['a file is gone', (project) => project.write('lib/x.ts', undefined), 'v1'],
    ['the compiler is another', () => undefined, 'v2'],
  ])('compiles anew when %s', async (_what, change, version) => {
    const disk = new MemoryDisk();
    const project = new MemoryProject({ 'routes/a.ts': route, 'lib/x.ts': '' });
    const first = setUp(disk, project);
    await first.compiler.compile(project, options);
    await first.compiler.close();
    change(project);
    const again = setUp(disk.afterRestart(), project, version);
    await again.compiler.compile(project, options);
    expect(again.workers).toHaveLength(1);
    await again.compiler.close();
  });

  it('starts no worker for a site without code', async () => {
    const project = new MemoryProject({ 'public/index.html': 'hello' });
    const { compiler, workers } = setUp(new MemoryDisk(), project);
    expect(await compiler.compile(project, options)).toBeUndefined();
    expect(workers).toHaveLength(0);
    await compiler.close();
  });

  it('tells a worker that stopped, and starts another for the next save', async () => {
    const project = new MemoryProject({ 'routes/a.ts': route });
    const { compiler, workers } = setUp(new MemoryDisk(), project, 'v1', true);
    const compiling = compiler.compile(project, options);
    await expect.poll(() => workers[0]?.heard).toContain('compile');
    workers[0]?.onerror?.({ message: 'out of memory', preventDefault() {} } as ErrorEvent);
    await expect(compiling).rejects.toMatchObject({ code: 'host-failed' });
    expect(workers[0]?.isTerminated).toBe(true);
    expect((await compiler.compile(project, options))?.problems).toEqual([]);
    expect(workers).toHaveLength(2);
    await compiler.close();
  });

  it('passes on which files have changed, and cancels', async () => {
    const project = new MemoryProject({ 'routes/a.ts': route });
    const { compiler, workers } = setUp(new MemoryDisk(), project);
    await compiler.compile(project, options);
    project.write('routes/a.ts', 'export const GET = () => 2;');
    const [worker] = workers;
    if (!worker) throw new Error('There is no worker.');
    worker.isStuck = true;
    const stop = new AbortController();
    const compiling = compiler.compile(project, { ...options, signal: stop.signal });
    await expect.poll(() => worker.heard.at(-1)).toBe('compile');
    stop.abort();
    worker.tell({
      kind: 'failed',
      id: 2,
      code: 'cancelled',
      text: 'The compilation was cancelled.',
    });
    await expect(compiling).rejects.toMatchObject({ code: 'cancelled' });
    expect(worker.heard).toEqual(['start', 'compile', 'changed', 'compile', 'cancel']);
    await compiler.close();
    await expect(compiler.compile(project, options)).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('packageFolderStore', () => {
  it('keeps modules over a restart, and gives none for another address', async () => {
    const disk = new MemoryDisk();
    const module = { url: 'https://a.example/v1.js', kind: 'js', text: 'export {};' } as const;
    await packageFolderStore(disk.root()).set('https://a.example/a', module);
    const store = packageFolderStore(disk.afterRestart().root());
    expect(await store.get('https://a.example/a')).toEqual(module);
    expect(await store.get('https://a.example/b')).toBeUndefined();
  });
});
