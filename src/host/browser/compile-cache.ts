import { PeerServerError } from '../../protocol/errors.ts';
import { type CompileOutput, compileKey } from '../compile/compile-output.ts';
import { ProjectSources } from '../compile/project-sources.ts';
import type { ProjectFiles } from '../project/project-files.ts';
import { sha256Hex } from '../sha256.ts';
import { replaceFile } from './replace-file.ts';

const CACHE_FILE = 'compiled.json';
/** A site with more code is compiled again when it is opened. In bytes. */
const MAX_CACHED_BYTES = 8 * 1024 * 1024;

/** The last compilation, kept so that opening an unchanged site needs no compiler. */
export interface CompileCache {
  /**
   * The kept output if the project's files are those that it was made from.
   * @param version of the compiler
   */
  find(
    files: ProjectFiles,
    version: string,
    options: { readonly packagesFrom: string; readonly signal: AbortSignal },
  ): Promise<CompileOutput | undefined>;
  /** Keeps an output; when there is no room for it, nothing is lost but time. */
  keep(output: CompileOutput): Promise<void>;
}

/** @param directory the site's folder of the browser's file system */
export function compileCache(directory: FileSystemDirectoryHandle): CompileCache {
  return {
    async find(files, version, { packagesFrom, signal }) {
      const output = await readOutput(directory);
      if (!output) return undefined;
      const sources = new ProjectSources(files);
      try {
        const key = await compileKey(version, await sources.paths(signal), packagesFrom);
        if (key !== output.key) return undefined;
        const same = Object.entries(output.inputs).map(
          async ([path, hash]) => (await sha256Hex(await sources.text(path, signal))) === hash,
        );
        return (await Promise.all(same)).every(Boolean) ? output : undefined;
      } catch (thrown) {
        if (thrown instanceof PeerServerError && thrown.code === 'cancelled') throw thrown;
        // A file that cannot be read: the compiler tells the author.
        return undefined;
      } finally {
        sources.close();
      }
    },
    async keep(output) {
      const bytes = new TextEncoder().encode(JSON.stringify(output));
      if (bytes.length > MAX_CACHED_BYTES) return;
      try {
        await replaceFile(directory, CACHE_FILE, bytes);
      } catch {
        // Not even an old one stays behind as a lie: it has the hashes of its own inputs in it.
      }
    },
  };
}

async function readOutput(
  directory: FileSystemDirectoryHandle,
): Promise<CompileOutput | undefined> {
  try {
    const handle = await directory.getFileHandle(CACHE_FILE);
    return parseOutput(JSON.parse(await (await handle.getFile()).text()));
  } catch {
    // None yet, or half of one: it is made anew.
    return undefined;
  }
}

/** Written by this code or an earlier version of it, in a folder that nobody else can write to. */
function parseOutput(json: unknown): CompileOutput | undefined {
  if (typeof json !== 'object' || json === null) return undefined;
  const output = json as Partial<CompileOutput>;
  const isComplete =
    [output.code, output.sourceMap, output.hash, output.key].every(
      (text) => typeof text === 'string',
    ) &&
    Array.isArray(output.routeFiles) &&
    Array.isArray(output.problems) &&
    typeof output.hasServer === 'boolean' &&
    typeof output.inputs === 'object' &&
    output.inputs !== null;
  return isComplete ? (output as CompileOutput) : undefined;
}
