import { mendName } from '../../../address/site-name.ts';
import { PeerServerError } from '../../../protocol/errors.ts';
import { isProject } from '../../files/names/file-names.ts';
import {
  batchOfFiles,
  type DroppedEntry,
  type UploadBatch,
  walkEntries,
} from '../../files/upload/upload-tree.ts';
import type { ArchiveSummary, SiteContent } from '../../host.ts';

/** A site that somebody brought, before it is a server. */
export interface FoundSite {
  /** What it is called where it comes from: `photos`, `photos.zip`. */
  readonly title: string;
  /** A valid name for its server; empty when its own name yields none. */
  readonly name: string;
  readonly content: SiteContent;
  readonly files: number;
  /** Unpacked. */
  readonly bytes: number;
  /** Whether it has routes, templates and so on, and not files alone. */
  readonly project: boolean;
  /** Whether a database with its rows comes along. */
  readonly database: boolean;
  /** Paths that stay behind, because no site can hold them or nobody means them. */
  readonly skipped: readonly string[];
}

/** Reads what a zip holds. */
export type Inspect = (archive: Blob) => Promise<ArchiveSummary>;

/** What somebody brought: dropped onto the page, or chosen. */
export type Brought =
  | { readonly kind: 'entries'; readonly entries: readonly DroppedEntry[] }
  | { readonly kind: 'files'; readonly files: readonly File[] };

/**
 * Looks at what was brought: one zip, one folder, or loose files.
 * @throws PeerServerError bad-input when it is nothing that a site can be made of; storage-failed when it cannot
 *   be read; cancelled
 */
export async function findSite(
  brought: Brought,
  inspect: Inspect,
  signal: AbortSignal,
): Promise<FoundSite> {
  const zip = await onlyZip(brought);
  if (zip) return siteOfZip(zip, inspect);
  if (brought.kind === 'files') {
    const [first] = brought.files;
    const folder = first?.webkitRelativePath?.split('/')[0] ?? '';
    return siteOfBatch(folder, batchOfFiles(brought.files));
  }
  const [only] = brought.entries;
  const folder = brought.entries.length === 1 && only?.isDirectory ? only.name : '';
  return siteOfBatch(folder, await walkEntries(brought.entries, signal));
}

async function onlyZip(brought: Brought): Promise<File | undefined> {
  if (brought.kind === 'files') {
    const [only] = brought.files;
    return brought.files.length === 1 && only && isZip(only.name) ? only : undefined;
  }
  const [only] = brought.entries;
  if (brought.entries.length !== 1 || !only?.isFile || !isZip(only.name)) return undefined;
  return new Promise((resolve, reject) => {
    only.file?.(resolve, (cause) => {
      const message = `“${only.name}” cannot be read. Try it again.`;
      reject(new PeerServerError('storage-failed', message, { cause }));
    });
  });
}

function isZip(name: string): boolean {
  return /\.zip$/i.test(name);
}

async function siteOfZip(zip: File, inspect: Inspect): Promise<FoundSite> {
  const summary = await inspect(zip);
  return {
    title: zip.name,
    // Of a second download browsers make `photos (1).zip`.
    name: mendName(zip.name.replace(/( ?\(\d+\))?\.zip$/i, '')) ?? '',
    content: { kind: 'archive', archive: zip },
    ...summary,
    skipped: [],
  };
}

function siteOfBatch(title: string, { items, skipped }: UploadBatch): FoundSite {
  if (items.length === 0) {
    throw new PeerServerError('bad-input', 'There are no files in it that a site can be made of.');
  }
  return {
    title: title || 'these files',
    name: mendName(title) ?? '',
    content: { kind: 'files', files: items.map(({ path, file }) => ({ path, content: file })) },
    files: items.length,
    bytes: items.reduce((sum, { file }) => sum + file.size, 0),
    project: isProject(items.map(({ path }) => path)),
    database: false,
    skipped,
  };
}
