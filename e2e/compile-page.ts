/** Runs in the studio's origin: the compiler as a server tab uses it, over a project in memory. */
import {
  type BrowserCompilerOptions,
  createBrowserCompiler,
} from '../src/host/browser/compile-client.ts';
import { compilerVersion } from '../src/host/compile/compiler-version.ts';
import type { ProjectFiles } from '../src/host/project/project-files.ts';

export interface CompilerAddresses {
  readonly worker: string;
  readonly wasm: string;
  readonly packages: string;
  readonly esbuildVersion: string;
}

export interface Compiled {
  readonly hash: string;
  readonly code: string;
  readonly problems: readonly string[];
  /** Since the page was loaded. */
  readonly workersStarted: number;
  /** Milliseconds that it took. */
  readonly duration: number;
}

class PageProject {
  readonly #texts = new Map<string, string>();
  readonly #listeners = new Set<(paths: readonly string[]) => void>();

  readonly files: ProjectFiles = {
    list: async () => [...this.#texts.keys()].sort(),
    readText: async (path) => this.#texts.get(path) ?? '',
    subscribe: (listener) => {
      this.#listeners.add(listener);
      return () => this.#listeners.delete(listener);
    },
  };

  write(files: Readonly<Record<string, string>>): void {
    for (const [path, text] of Object.entries(files)) this.#texts.set(path, text);
    for (const listener of this.#listeners) listener(Object.keys(files));
  }
}

const project = new PageProject();
let workersStarted = 0;
let compiler: ReturnType<typeof createBrowserCompiler> | undefined;

/** Writes files into the project, and compiles it. */
async function compile(
  files: Readonly<Record<string, string>>,
  packagesFrom: string,
  addresses: CompilerAddresses,
): Promise<Compiled> {
  project.write(files);
  compiler ??= await open(addresses);
  const begin = performance.now();
  const { signal } = new AbortController();
  const site = await compiler.compile(project.files, { packagesFrom, signal });
  return {
    hash: site?.hash ?? '',
    code: site?.code ?? '',
    problems: (site?.problems ?? []).map(({ text, place }) => `${place?.file}: ${text}`),
    workersStarted,
    duration: performance.now() - begin,
  };
}

async function open(addresses: CompilerAddresses) {
  const root = await navigator.storage.getDirectory();
  const options: BrowserCompilerOptions = {
    createWorker: () => {
      workersStarted += 1;
      return new Worker(addresses.worker, { type: 'module' });
    },
    esbuildWasmUrl: addresses.wasm,
    packagesUrl: addresses.packages,
    directory: await root.getDirectoryHandle('compiled-site', { create: true }),
    version: compilerVersion(addresses.esbuildVersion, addresses.packages),
  };
  return createBrowserCompiler(options);
}

/** Ends the compiler; what it made is kept then. */
async function closeCompiler(): Promise<void> {
  await compiler?.close();
}

Object.assign(window, { compile, closeCompiler });
