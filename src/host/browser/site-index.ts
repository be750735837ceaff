/**
 * The index of a site: one small file that says what all the blobs mean. It is written to two places in
 * turn, each time whole, with a version and a checksum; the highest valid version counts. Whatever moment
 * the power goes, one of the two is complete. The first save goes to both, so that a damaged place beside
 * an empty one can only be a first save that never came to its end.
 */
import { PeerServerError } from '../../protocol/errors.ts';
import { sha256Hex } from '../sha256.ts';
import type { Manifest, ManifestEntry, SiteState, UndoStep } from './manifest.ts';
import { replaceFile } from './replace-file.ts';

export interface SiteIndex {
  /** Counts saves, from 1. */
  readonly version: number;
  readonly state: SiteState;
}

/** What both places hold. */
export interface StoredIndexes {
  readonly current: SiteIndex | undefined;
  /** The one that counts if the current one turns out to be damaged; its blobs are kept, too. */
  readonly previous: SiteIndex | undefined;
}

const FORMAT = 1;
const SLOTS = ['index-0', 'index-1'] as const;

/**
 * Reads both places.
 * @returns no indexes when nothing was ever stored completely
 * @throws PeerServerError storage-failed when there is something and all of it is damaged, or when a newer
 *   version of PeerServer wrote it
 */
export async function readIndexes(directory: FileSystemDirectoryHandle): Promise<StoredIndexes> {
  const found: SiteIndex[] = [];
  let damaged = 0;
  for (const slot of SLOTS) {
    const bytes = await readSlot(directory, slot);
    // An empty file is one whose first writing never came to its end.
    if (bytes === undefined || bytes.length === 0) continue;
    const body = await checkedBody(bytes);
    if (body === undefined) damaged += 1;
    else found.push(parseIndex(body));
  }
  found.sort((a, b) => b.version - a.version);
  if (damaged === SLOTS.length) {
    const text =
      'The list of this site’s files is damaged and cannot be read. Restore the site from a copy.';
    throw new PeerServerError('storage-failed', text);
  }
  return { current: found[0], previous: found[1] };
}

/**
 * Stores a state after `before` (undefined for the first), over the older of the two places. Once this
 * resolves it is the current one; returns it with its version.
 */
export async function writeNextIndex(
  directory: FileSystemDirectoryHandle,
  before: SiteIndex | undefined,
  state: SiteState,
): Promise<SiteIndex> {
  if (before === undefined) await writeIndex(directory, { version: 1, state });
  const next = { version: (before?.version ?? 1) + 1, state };
  await writeIndex(directory, next);
  return next;
}

async function writeIndex(directory: FileSystemDirectoryHandle, index: SiteIndex): Promise<void> {
  const slot = SLOTS[index.version % 2 === 0 ? 0 : 1];
  const body = new TextEncoder().encode(serialize(index));
  const head = new TextEncoder().encode(`${await sha256Hex(body)}\n`);
  const bytes = new Uint8Array(head.length + body.length);
  bytes.set(head);
  bytes.set(body, head.length);
  await replaceFile(directory, slot, bytes);
}

async function readSlot(
  directory: FileSystemDirectoryHandle,
  slot: string,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    const file = await (await directory.getFileHandle(slot)).getFile();
    return new Uint8Array(await file.arrayBuffer());
  } catch (thrown) {
    if (thrown instanceof Error && thrown.name === 'NotFoundError') return undefined;
    throw thrown;
  }
}

const CHECKSUM_LENGTH = 64;

/** The text behind the checksum, or undefined when they do not fit together. */
async function checkedBody(bytes: Uint8Array<ArrayBuffer>): Promise<string | undefined> {
  const checksum = new TextDecoder().decode(bytes.subarray(0, CHECKSUM_LENGTH));
  const body = bytes.slice(CHECKSUM_LENGTH + 1);
  return (await sha256Hex(body)) === checksum ? new TextDecoder().decode(body) : undefined;
}

// Lists of rows rather than objects: a file may be called `__proto__`.
type Row = [path: string, blob: string, size: number, modified: number];
type UndoRow = Row | [path: string];

function serialize({ version, state }: SiteIndex): string {
  return JSON.stringify({
    format: FORMAT,
    version,
    draft: rows(state.draft),
    live: rows(state.live),
    undo: state.undo.map((step) =>
      step.map(([path, before]): UndoRow => (before ? row(path, before) : [path])),
    ),
  });
}

function rows(manifest: Manifest): Row[] {
  return [...manifest].map(([path, entry]) => row(path, entry));
}

function row(path: string, entry: ManifestEntry): Row {
  return [path, entry.blob, entry.size, entry.modified];
}

function parseIndex(body: string): SiteIndex {
  // The checksum fits, so this is what we once wrote; only its version may be unknown.
  const value: unknown = JSON.parse(body);
  const fields = (typeof value === 'object' && value !== null ? value : {}) as Record<
    string,
    unknown
  >;
  if (fields.format !== FORMAT || typeof fields.version !== 'number') {
    const text = 'This site was saved by a newer version of PeerServer. Reload the page to get it.';
    throw new PeerServerError('storage-failed', text);
  }
  return {
    version: fields.version,
    state: {
      draft: parseManifest(fields.draft),
      live: parseManifest(fields.live),
      undo: list(fields.undo).map(parseStep),
    },
  };
}

function parseManifest(value: unknown): Manifest {
  const manifest = new Map<string, ManifestEntry>();
  for (const item of list(value)) {
    const [path, entry] = parseRow(item);
    if (entry) manifest.set(path, entry);
  }
  return manifest;
}

function parseStep(value: unknown): UndoStep {
  return list(value).map(parseRow);
}

function parseRow(value: unknown): [string, ManifestEntry | null] {
  const [path, blob, size, modified] = list(value);
  if (typeof path === 'string') {
    if (blob === undefined) return [path, null];
    if (typeof blob === 'string' && typeof size === 'number' && typeof modified === 'number') {
      return [path, { blob, size, modified }];
    }
  }
  throw malformed();
}

function list(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw malformed();
  return value;
}

function malformed(): PeerServerError {
  return new PeerServerError('storage-failed', 'The list of this site’s files is not of its form.');
}
