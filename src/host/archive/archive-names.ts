/** From the names in a zip to those of a site: what is refused, what is left out, which folder is the site. */
import { OWN_FOLDER } from '../site-path.ts';
import { refusedArchive } from './damage.ts';
import { NOTE_PATH } from './site-layout.ts';
import type { ZipEntry } from './zip-directory.ts';
import { DEFLATED, STORED } from './zip-entry.ts';

/** A file of the archive under its name as a part of the site. */
export interface NamedEntry {
  readonly name: string;
  readonly entry: ZipEntry;
}

/** What systems leave behind in folders, and macOS in archives. */
const LITTER = new Set(['.DS_Store', 'Thumbs.db', 'desktop.ini']);
const LITTER_FOLDER = '__MACOSX';

/** What a site's own folder has in it; these folders are never taken for one that is only around it. */
const SITE_FILES = ['peerserver.json', 'index.html', 'server.ts', 'server.js'];
const SITE_FOLDERS = ['public', 'routes', OWN_FOLDER];
const PROJECT_FOLDERS = new Set([...SITE_FOLDERS, 'templates', 'migrations']);

/**
 * The archive's files with their names in the site.
 * @throws PeerServerError bad-input when one cannot be a site's
 */
export function namedEntries(entries: readonly ZipEntry[]): readonly NamedEntry[] {
  for (const entry of entries) requireHarmless(entry);
  const files = entries
    .filter(({ kind }) => kind === 'file')
    .map((entry) => ({ name: entry.name, entry }));
  // Our own have no litter that is not somebody's file, and nothing around them.
  if (files.some(({ name }) => name === NOTE_PATH)) return files;
  const useful = files.filter(({ name }) => !isLitter(name));
  const folder = folderAround(useful.map(({ name }) => name));
  if (folder === undefined) return useful;
  return useful.map(({ name, entry }) => ({ name: name.slice(folder.length + 1), entry }));
}

function requireHarmless({ name, kind, method, encrypted }: ZipEntry): void {
  const shown = `“${name.slice(0, 80)}”`;
  const parts = name.split('/');
  if (name.startsWith('/') || name.includes('\\') || name.includes('\0') || parts.includes('..')) {
    throw refusedArchive(
      `A file in this archive is called ${shown}, which would lie outside of the site.`,
    );
  }
  if (kind === 'link' || kind === 'device') {
    throw refusedArchive(
      `${shown} in this archive is no file but points to another one. Replace it by the file itself.`,
    );
  }
  if (encrypted) {
    throw refusedArchive('This archive has a password. Make it anew without one.');
  }
  if (method !== STORED && method !== DEFLATED) {
    throw refusedArchive(
      `${shown} is packed in a way that is not known here. Make the archive anew as an ordinary zip.`,
    );
  }
}

function isLitter(name: string): boolean {
  const parts = name.split('/');
  return parts[0] === LITTER_FOLDER || LITTER.has(parts.at(-1) ?? '');
}

/** The one folder that everything lies in, if that folder is the site. */
function folderAround(names: readonly string[]): string | undefined {
  const folder = names[0]?.split('/', 1)[0];
  if (folder === undefined || PROJECT_FOLDERS.has(folder)) return undefined;
  if (names.some((name) => !name.startsWith(`${folder}/`))) return undefined;
  const isSite = names.some((name) => {
    const inside = name.slice(folder.length + 1);
    return (
      SITE_FILES.includes(inside) || SITE_FOLDERS.some((each) => inside.startsWith(`${each}/`))
    );
  });
  return isSite ? folder : undefined;
}
