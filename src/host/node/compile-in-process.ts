import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { BuiltInPackages } from '../compile/built-in-packages.ts';
import { compiledSite } from '../compile/compile-output.ts';
import type { Compiler } from '../compile/compiler.ts';
import { type RemoteModuleStore, RemoteModules } from '../compile/remote-modules.ts';
import { SiteCompiler } from '../compile/site-compiler.ts';
import { parseStoredModule, storedModule } from '../compile/stored-module.ts';

export interface NodeCompilerOptions {
  /** Folder of the built-in packages that the build made: `dist/cli/packages`. */
  readonly packagesFolder: string;
  /** Where packages from elsewhere are kept; default: in the user's folder for caches. */
  readonly cacheFolder?: string;
  readonly fetch?: typeof fetch;
}

/** A compiler in this process, with esbuild's own program. */
export function createNodeCompiler(options: NodeCompilerOptions): Compiler {
  const { packagesFolder, cacheFolder = defaultCacheFolder() } = options;
  let loading: Promise<SiteCompiler> | undefined;
  const load = async () => {
    // Loaded when there is something to compile: most folders that are served have no code.
    const { context, version } = await import('esbuild');
    return new SiteCompiler({
      context,
      version: `esbuild ${version}`,
      builtIn: new BuiltInPackages((file, signal) =>
        readFile(join(packagesFolder, file), { encoding: 'utf8', signal }),
      ),
      remote: new RemoteModules(fileStore(cacheFolder), options.fetch),
    });
  };
  return {
    async compile(files, compileOptions) {
      loading ??= load();
      const output = await (await loading).compile(files, compileOptions);
      return output && compiledSite(output);
    },
    async close() {
      await (await loading)?.close();
    },
  };
}

/** `~/.cache/peerserver/packages`, or where the platform keeps such things. */
function defaultCacheFolder(): string {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  const base = XDG_CACHE_HOME || LOCALAPPDATA || join(homedir(), '.cache');
  return join(base, 'peerserver', 'packages');
}

/** A file for each module, named after its address. */
function fileStore(folder: string): RemoteModuleStore {
  const place = (url: string) =>
    join(folder, `${createHash('sha256').update(url).digest('hex')}.json`);
  return {
    async get(url) {
      try {
        return parseStoredModule(url, await readFile(place(url), 'utf8'));
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
        throw error;
      }
    },
    async set(url, module) {
      await mkdir(folder, { recursive: true });
      // Moved in as a whole: another process may be reading.
      const aside = `${place(url)}.${process.pid}`;
      try {
        await writeFile(aside, storedModule(url, module));
        await rename(aside, place(url));
      } finally {
        await rm(aside, { force: true });
      }
    },
  };
}
