import { compileWorkerUrl, esbuildVersion, esbuildWasmUrl, packagesUrl } from 'virtual:host-assets';
import type { Compiler } from '../compile/compiler.ts';
import { compilerVersion } from '../compile/compiler-version.ts';
import { createBrowserCompiler } from './compile-client.ts';

/**
 * A compiler for one site with the worker and the packages of this build; nothing of them is loaded before
 * there is something to compile.
 * @param directory the site's folder of the browser's file system
 */
export function compilerHere(directory: FileSystemDirectoryHandle): Compiler {
  const origin = location.origin;
  return createBrowserCompiler({
    createWorker: () => new Worker(compileWorkerUrl, { type: 'module', name: 'compiler' }),
    esbuildWasmUrl: origin + esbuildWasmUrl,
    packagesUrl: origin + packagesUrl,
    directory,
    version: compilerVersion(esbuildVersion, origin + packagesUrl),
  });
}
