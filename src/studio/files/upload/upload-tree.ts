import { PeerServerError } from '../../../protocol/errors.ts';
import { parseFilePath } from '../names/file-path.ts';

/** The parts of the browser's `FileSystemEntry` that are used: what dropping a folder yields. */
export interface DroppedEntry {
  readonly isFile: boolean;
  readonly isDirectory: boolean;
  readonly name: string;
  /** Of a file entry. */
  file?(resolve: (file: File) => void, reject: (error: unknown) => void): void;
  /** Of a folder entry. */
  createReader?(): {
    readEntries(resolve: (entries: DroppedEntry[]) => void, reject: (error: unknown) => void): void;
  };
}

/** A file with the path it shall have on the site. */
export interface UploadItem {
  readonly path: string;
  readonly file: Blob;
}

/** What was found to upload, and what was left out. */
export interface UploadBatch {
  readonly items: readonly UploadItem[];
  /** Paths that cannot be on a site, or that hold nothing of use (`.DS_Store`). */
  readonly skipped: readonly string[];
}

/** Files at most in one upload: more make the list of files unusable, and a slip (a home folder) costly. */
export const MAX_UPLOAD_FILES = 10_000;
/** Folders within folders at most: a tree deeper than this is a mistake or an attack. */
export const MAX_UPLOAD_DEPTH = 32;

/** Left by operating systems in nearly every folder; nobody means to publish them. */
const LITTER = new Set(['.DS_Store', 'Thumbs.db', 'desktop.ini']);
const LITTER_FOLDERS = new Set(['.git', '__MACOSX']);

export interface WalkOptions {
  /** A folder dropped alone is a folder, and not the site itself. */
  readonly keepFolder?: boolean;
}

/**
 * Walks dropped files and folders. One folder dropped alone is the site itself: its own name does not
 * become a part of the paths. Files keep the order in which they were found.
 * @throws PeerServerError `bad-input` when there are too many or they lie too deep; `storage-failed` when
 *   one cannot be read; `cancelled` when the signal aborts
 */
export async function walkEntries(
  entries: readonly DroppedEntry[],
  signal: AbortSignal,
  { keepFolder = false }: WalkOptions = {},
): Promise<UploadBatch> {
  const found: UploadItem[] = [];
  const skipped: string[] = [];
  const [only] = entries;
  const roots =
    entries.length === 1 && only?.isDirectory && !keepFolder ? await readFolder(only) : entries;

  async function visit(entry: DroppedEntry, folder: string, depth: number): Promise<void> {
    if (signal.aborted) throw new PeerServerError('cancelled', 'The upload was stopped.');
    const path = folder + entry.name;
    if (entry.isDirectory) {
      if (LITTER_FOLDERS.has(entry.name)) return void skipped.push(`${path}/`);
      if (depth >= MAX_UPLOAD_DEPTH) throw tooDeep();
      for (const child of await readFolder(entry)) await visit(child, `${path}/`, depth + 1);
      return;
    }
    addItem(found, skipped, path, await readEntryFile(entry));
  }

  for (const root of roots) await visit(root, '', 1);
  return { items: found, skipped };
}

/** A single file in the shape of something dropped. */
export function entryOfFile(file: File): DroppedEntry {
  return {
    isFile: true,
    isDirectory: false,
    name: file.name,
    file: (resolve) => resolve(file),
  };
}

/**
 * What a file chooser yields. Of a chosen folder (`webkitRelativePath`) the folder's own name is dropped.
 * @throws PeerServerError `bad-input` when there are too many files
 */
export function batchOfFiles(files: readonly File[]): UploadBatch {
  const items: UploadItem[] = [];
  const skipped: string[] = [];
  for (const file of files) {
    const relative = file.webkitRelativePath?.split('/').slice(1).join('/');
    addItem(items, skipped, relative || file.name, file);
  }
  return { items, skipped };
}

function addItem(items: UploadItem[], skipped: string[], path: string, file: Blob): void {
  const parsed = parseFilePath(path);
  const parts = path.split('/');
  const litter = LITTER.has(parts.at(-1) ?? '') || parts.some((part) => LITTER_FOLDERS.has(part));
  if (!parsed.ok || litter) return void skipped.push(path);
  if (items.length >= MAX_UPLOAD_FILES) {
    const message = `At most ${MAX_UPLOAD_FILES} files can be uploaded at once. Choose a smaller folder.`;
    throw new PeerServerError('bad-input', message);
  }
  items.push({ path: parsed.path, file });
}

/** `readEntries` gives a folder in portions (100 in Chromium) and ends with an empty one. */
async function readFolder(entry: DroppedEntry): Promise<DroppedEntry[]> {
  const reader = entry.createReader?.();
  if (!reader) return [];
  const all: DroppedEntry[] = [];
  for (;;) {
    const portion = await new Promise<DroppedEntry[]>((resolve, reject) => {
      reader.readEntries(resolve, (cause) => reject(unreadable(entry.name, cause)));
    });
    if (portion.length === 0) return all;
    all.push(...portion);
    if (all.length > MAX_UPLOAD_FILES) {
      throw new PeerServerError('bad-input', `The folder “${entry.name}” holds too many files.`);
    }
  }
}

function readEntryFile(entry: DroppedEntry): Promise<File> {
  return new Promise((resolve, reject) => {
    if (!entry.file) return reject(unreadable(entry.name, undefined));
    entry.file(resolve, (cause) => reject(unreadable(entry.name, cause)));
  });
}

function unreadable(name: string, cause: unknown): PeerServerError {
  return new PeerServerError('storage-failed', `“${name}” cannot be read. Try it again.`, {
    cause,
  });
}

function tooDeep(): PeerServerError {
  const message = `Folders can lie at most ${MAX_UPLOAD_DEPTH} deep. Choose a folder further down.`;
  return new PeerServerError('bad-input', message);
}
