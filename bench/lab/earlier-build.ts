import { execFileSync } from 'node:child_process';
import { mkdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from '../project-root.ts';

/** A checkout with its history is small; this is room for years of growth, bytes. */
const MAX_ARCHIVE_BYTES = 512 * 1024 * 1024;

/**
 * Builds an earlier commit in `folder`: with the packages installed here if it has the same ones, else with its
 * own, which its build installs.
 * @param revision as git understands it, e.g. `HEAD~3` or a tag
 * @returns path of its command line. Throws what git or the build says when there is no such commit or it does
 *   not build.
 */
export async function buildEarlier(revision: string, folder: string): Promise<string> {
  const checkout = join(folder, 'earlier');
  await mkdir(checkout);
  const archive = execFileSync('git', ['archive', '--format=tar', `${revision}^{commit}`], {
    cwd: projectRoot,
    maxBuffer: MAX_ARCHIVE_BYTES,
  });
  execFileSync('tar', ['x', '-C', checkout], { input: archive });
  const [ours, theirs] = await Promise.all(
    [projectRoot, checkout].map((root) => readFile(join(root, 'package-lock.json'), 'utf8')),
  );
  // Never shared between different ones: its build would put its packages into the place of ours.
  if (ours === theirs) {
    await symlink(join(projectRoot, 'node_modules'), join(checkout, 'node_modules'));
  }
  execFileSync(process.execPath, ['scripts/build.mjs'], {
    cwd: checkout,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return join(checkout, 'dist/cli/peerserver.mjs');
}
