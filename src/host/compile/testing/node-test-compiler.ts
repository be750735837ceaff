import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { context } from 'esbuild';
import { type BuiltPackages, buildPackages } from '../../../../scripts/build/packages.mjs';
import type { ProjectFiles } from '../../project/project-files.ts';
import { RUNTIME_EXPORTS, type SiteModule } from '../../runtime/site-module.ts';
import { BuiltInPackages } from '../built-in-packages.ts';
import type { CompileOutput } from '../compile-output.ts';
import { type RemoteModule, type RemoteModuleStore, RemoteModules } from '../remote-modules.ts';
import { SiteCompiler } from '../site-compiler.ts';

const root = fileURLToPath(new URL('../../../../', import.meta.url));

let built: Promise<BuiltPackages> | undefined;

/** The built-in packages, built once for a test file. */
export function testPackages(): BuiltInPackages {
  return new BuiltInPackages(async (file) => {
    built ??= buildPackages({ root });
    const bytes = (await built).files[file];
    if (!bytes) throw new Error(`no ${file}`);
    return new TextDecoder().decode(bytes);
  });
}

/** The same in a new folder below the system's for temporary files; resolves to its path. */
export async function testPackagesFolder(): Promise<string> {
  built ??= buildPackages({ root });
  const folder = await mkdtemp(join(tmpdir(), 'peerserver-packages-'));
  await (await built).writeTo(folder);
  return folder;
}

/** A project in memory. */
export class MemoryProject implements ProjectFiles {
  readonly files: Map<string, string>;
  /** Every file that was read, in order. */
  readonly reads: string[] = [];
  readonly #listeners = new Set<(paths: readonly string[]) => void>();

  /** `peerserver.json` is added. */
  constructor(files: Readonly<Record<string, string>>) {
    this.files = new Map(Object.entries({ 'peerserver.json': '{ "format": 1 }', ...files }));
  }

  async list(): Promise<readonly string[]> {
    return [...this.files.keys()].sort();
  }

  async readText(path: string): Promise<string> {
    this.reads.push(path);
    const text = this.files.get(path);
    if (text === undefined) throw new Error(`There is no file ${path}.`);
    return text;
  }

  subscribe(listener: (paths: readonly string[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Writes a file, or removes it (undefined), and tells. */
  write(path: string, text: string | undefined): void {
    if (text === undefined) this.files.delete(path);
    else this.files.set(path, text);
    for (const listener of this.#listeners) listener([path]);
  }
}

/** Keeps modules in memory. */
export class MemoryModuleStore implements RemoteModuleStore {
  readonly modules = new Map<string, RemoteModule>();

  async get(url: string): Promise<RemoteModule | undefined> {
    return this.modules.get(url);
  }

  async set(url: string, module: RemoteModule): Promise<void> {
    this.modules.set(url, module);
  }
}

/** Refuses every address: most tests need no network and must not use one. */
const noNetwork: typeof fetch = async () => {
  throw new TypeError('no network');
};

/** A compiler with esbuild's own program, as in Node. */
export function testCompiler(
  options: { fetch?: typeof fetch; store?: RemoteModuleStore; version?: string } = {},
): SiteCompiler {
  const { store = new MemoryModuleStore(), version = 'test' } = options;
  return new SiteCompiler({
    context,
    builtIn: testPackages(),
    remote: new RemoteModules(store, options.fetch ?? noNetwork),
    version,
    now: () => 0,
  });
}

/** Loads compiled code as a sandbox does; `runtime` is what imports of `peerserver` get. */
export async function loadSite(
  { code }: Pick<CompileOutput, 'code'>,
  runtime: object = {},
): Promise<SiteModule> {
  Object.assign(globalThis, { [RUNTIME_EXPORTS]: runtime });
  // With a number, so that the same code is run anew.
  loads += 1;
  const url = `data:text/javascript,${encodeURIComponent(code)}//${loads}`;
  const module = (await import(/* @vite-ignore */ url)) as { default: SiteModule };
  return module.default;
}

let loads = 0;
