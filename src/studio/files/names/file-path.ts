import { asPeerServerError } from '../../../protocol/errors.ts';
import { type FileEntry, MAX_PATH_LENGTH, normalizeSitePath } from '../../host.ts';

/** A path as the site keeps it, or what is wrong with what was typed. */
export type ParsedPath =
  | { readonly ok: true; readonly path: string }
  | { readonly ok: false; readonly message: string };

/**
 * Reads what somebody typed as the path of a file.
 * A slash at the beginning is forgiven; steps upwards, empty parts and control characters are not. What the store
 * refuses is refused here, and the path is composed (NFC) as the store has it, so that it can be compared.
 */
export function parseFilePath(typed: string): ParsedPath {
  const path = typed.trim().replace(/^\/+/, '').normalize('NFC');
  if (path === '') return bad('Type a file name, such as about.html.');
  if (path.length > MAX_PATH_LENGTH)
    return bad(`A path has at most ${MAX_PATH_LENGTH} characters.`);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (/[\u0000-\u001f\u007f\\]/.test(path)) return bad('A path has no backslashes or line breaks.');
  const parts = path.split('/');
  if (parts.at(-1) === '') return bad('Add a file name after the last slash.');
  if (parts.includes('')) return bad('A path has no two slashes in a row.');
  if (parts.includes('..') || parts.includes('.')) return bad('A path has no parts “.” or “..”.');
  if (`${path}/`.startsWith('.peerserver/')) return bad('Names in .peerserver/ are reserved.');
  try {
    return { ok: true, path: normalizeSitePath(path) };
  } catch (thrown) {
    return bad(asPeerServerError(thrown, 'bad-input').message);
  }
}

function bad(message: string): ParsedPath {
  return { ok: false, message };
}

/**
 * What visitors get as it is comes first, and of that `index.html` and `404.html`, as every site has them; the
 * rest by name, numbers by value.
 */
export function compareFiles(a: NamedFile, b: NamedFile): number {
  return rank(a) - rank(b) || COLLATOR.compare(a.name, b.name);
}

/** A file as the studio shows it. */
export interface NamedFile extends FileEntry {
  /** As `file-names.ts` has it. */
  readonly name: string;
}

const COLLATOR = new Intl.Collator('en', { numeric: true, sensitivity: 'variant' });

function rank({ name, path }: NamedFile): number {
  if (name === 'index.html') return 0;
  if (name === '404.html') return 1;
  return path.startsWith('public/') ? 2 : 3;
}
