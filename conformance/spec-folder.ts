/** A suite's own files, which are never in this repository: `--spec FOLDER` says where a copy of them is. */
import { execFile } from 'node:child_process';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { SPEC_VARIABLE } from '../scripts/conformance-options.mjs';

/** The folder that the command was given. @throws Error when it was given none */
export function specFolder(): string {
  const folder = process.env[SPEC_VARIABLE];
  if (!folder) throw new Error('Say where the suite is: --spec FOLDER (conformance/README.md).');
  return folder;
}

/** Paths of all files in it that have something in them and no name that begins with a dot, in order. */
export async function listSpec(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const paths: string[] = [];
  for (const entry of entries) {
    const file = join(entry.parentPath, entry.name);
    const path = relative(folder, file).split(sep).join('/');
    const isHidden = path.split('/').some((part) => part.startsWith('.'));
    if (entry.isFile() && !isHidden && (await stat(file)).size > 0) paths.push(path);
  }
  return paths.sort();
}

export function readSpec(folder: string, path: string): Promise<string> {
  return readFile(join(folder, path), 'utf8');
}

/** The commit of the copy, where it is a clone, so that one knows what the results are of. */
export async function specCommit(folder: string): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)('git', ['-C', folder, 'rev-parse', 'HEAD']);
    return stdout.trim();
  } catch {
    // A copy need not be a clone, and then nobody knows.
    return 'unknown';
  }
}
