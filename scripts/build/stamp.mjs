import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** Where a finished build records what it was made from. */
export const STAMP_FILE = 'dist/.stamp';

/** Pages of the documentation that the studio shows. */
const PAGES = ['docs/dynamic-sites.md', 'docs/errors.md'];

/** What a build depends on; tests are left out, since they are in no bundle. */
const INPUTS = ['package.json', 'package-lock.json', 'src', 'scripts', 'starters', ...PAGES];
const NOT_BUILT = /\.test\.[a-z]+$/;

/** SHA-256 over names and bytes of everything that goes into a build, as hex. */
export function hashInputs(root) {
  const hash = createHash('sha256');
  for (const file of INPUTS.flatMap((input) => listFiles(root, input))) {
    const bytes = readFileSync(`${root}/${file}`);
    hash.update(`${file}\n${bytes.length}\n`).update(bytes);
  }
  return hash.digest('hex');
}

/** Hash of the build in dist/, or undefined without a finished one. */
export function readStamp(root) {
  const file = `${root}/${STAMP_FILE}`;
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

/** Files at or below `path`, in an order that does not depend on the file system. */
function listFiles(root, path) {
  if (!existsSync(`${root}/${path}`)) return [];
  if (path.includes('.')) return [path];
  return readdirSync(`${root}/${path}`, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !NOT_BUILT.test(entry.name))
    .map((entry) => `${entry.parentPath}/${entry.name}`.slice(root.length).replace(/^[/\\]+/, ''))
    .sort();
}
