/**
 * The list of contents at the end of a zip (APPNOTE.TXT, sections 4.3.12 to 4.3.16). It is read before
 * anything else, so names and sizes are known while nothing is unpacked. All of it is hostile input.
 */
import { PeerServerError } from '../../protocol/errors.ts';
import { damagedArchive, refusedArchive } from './damage.ts';
import { entryName } from './entry-name.ts';
import { MAX_ARCHIVE_ENTRIES, MAX_DIRECTORY_BYTES } from './limits.ts';

/** One entry, as the list says. */
export interface ZipEntry {
  readonly name: string;
  readonly kind: 'file' | 'folder' | 'link' | 'device';
  readonly method: number;
  readonly encrypted: boolean;
  readonly crc: number;
  readonly compressedSize: number;
  readonly size: number;
  /** Where the entry begins, from the beginning of the archive. */
  readonly offset: number;
}

const END_SIGNATURE = 0x06054b50;
const END_BYTES = 22;
const MAX_COMMENT_BYTES = 0xffff;
const LOCATOR_SIGNATURE = 0x07064b50;
const LOCATOR_BYTES = 20;
const END64_SIGNATURE = 0x06064b50;
const END64_BYTES = 56;
const ENTRY_SIGNATURE = 0x02014b50;
const ENTRY_BYTES = 46;
const LOCAL_BYTES = 30;
const SIGNED_LIST_SIGNATURE = 0x05054b50;
const SIGNED_LIST_BYTES = 6;

/** Instead of a number that does not fit: it stands in the Zip64 part. */
const NOT_HERE_32 = 0xffffffff;
const NOT_HERE_16 = 0xffff;
const ZIP64_FIELD = 1;

const FLAG_ENCRYPTED = 1;
const FLAG_UTF8 = 1 << 11;
const FLAG_MASKED = 1 << 13;

/** Where the list lies. */
interface DirectoryPlace {
  readonly count: number;
  readonly start: number;
  readonly bytes: number;
  /** Bytes before the archive proper, as in one that unpacks itself. */
  readonly before: number;
}

/**
 * Reads the list of contents.
 * @throws PeerServerError bad-input when it is no sound zip or has too many entries
 */
export async function readZipDirectory(archive: Blob): Promise<ZipEntry[]> {
  const place = await findDirectory(archive);
  if (place.count > MAX_ARCHIVE_ENTRIES) throw tooManyEntries();
  if (place.bytes > MAX_DIRECTORY_BYTES) throw damagedArchive('its list of files is too long');
  const view = await viewOf(archive, place.start, place.bytes);
  const entries: ZipEntry[] = [];
  // To the end of the list, whatever its count says: some programs count to 65,535 and begin again.
  for (let at = 0; at < view.byteLength && !isListSignature(view, at); ) {
    if (entries.length === MAX_ARCHIVE_ENTRIES) throw tooManyEntries();
    const { entry, length } = readEntry(view, at, place.before);
    entries.push(entry);
    at += length;
  }
  if (entries.length !== place.count) {
    throw damagedArchive('its list of files is not as long as its end says');
  }
  requireApart(entries, place.start);
  return entries;
}

function tooManyEntries(): PeerServerError {
  const limit = MAX_ARCHIVE_ENTRIES.toLocaleString('en');
  return refusedArchive(`This archive has more than ${limit} files, which is the most for a site.`);
}

/** True at the signature of the list itself, which some programs put behind its last entry (4.3.13). */
function isListSignature(view: DataView, at: number): boolean {
  if (at + SIGNED_LIST_BYTES > view.byteLength) return false;
  if (view.getUint32(at, true) !== SIGNED_LIST_SIGNATURE) return false;
  return at + SIGNED_LIST_BYTES + view.getUint16(at + 4, true) === view.byteLength;
}

async function findDirectory(archive: Blob): Promise<DirectoryPlace> {
  const tailStart = Math.max(0, archive.size - END_BYTES - MAX_COMMENT_BYTES);
  const tail = await viewOf(archive, tailStart, archive.size - tailStart);
  for (let at = tail.byteLength - END_BYTES; at >= 0; at -= 1) {
    if (tail.getUint32(at, true) !== END_SIGNATURE) continue;
    if (at + END_BYTES + tail.getUint16(at + 20, true) !== tail.byteLength) continue;
    return placeFrom(archive, tail, at, tailStart + at);
  }
  const problem = 'This is no zip archive, or its end is missing.';
  throw refusedArchive(`${problem} Choose another file, or get it once more.`);
}

async function placeFrom(
  archive: Blob,
  tail: DataView,
  at: number,
  end: number,
): Promise<DirectoryPlace> {
  const parts = [tail.getUint16(at + 4, true), tail.getUint16(at + 6, true)];
  if (parts.some((part) => part !== 0 && part !== NOT_HERE_16)) {
    throw refusedArchive('This archive is one part of several. Put it together first.');
  }
  const count = tail.getUint16(at + 10, true);
  const bytes = tail.getUint32(at + 12, true);
  const start = tail.getUint32(at + 16, true);
  if (count === NOT_HERE_16 || bytes === NOT_HERE_32 || start === NOT_HERE_32) {
    const place = await placeFrom64(archive, end);
    if (place) return place;
  }
  return shifted({ count, start, bytes }, end);
}

/** From the Zip64 part in front of the end; undefined when there is none. */
async function placeFrom64(archive: Blob, end: number): Promise<DirectoryPlace | undefined> {
  if (end < LOCATOR_BYTES + END64_BYTES) return undefined;
  const locator = await viewOf(archive, end - LOCATOR_BYTES, LOCATOR_BYTES);
  if (locator.getUint32(0, true) !== LOCATOR_SIGNATURE) return undefined;
  // Where it must be unless somebody has added to it; what the locator says may be shifted.
  const recordStart = end - LOCATOR_BYTES - END64_BYTES;
  const record = await viewOf(archive, recordStart, END64_BYTES);
  if (record.getUint32(0, true) !== END64_SIGNATURE) {
    throw damagedArchive('its end for large archives is missing');
  }
  const count = number64(record, 32);
  const bytes = number64(record, 40);
  return shifted({ count, bytes, start: number64(record, 48) }, recordStart);
}

function shifted(place: Omit<DirectoryPlace, 'before'>, end: number): DirectoryPlace {
  const before = end - place.bytes - place.start;
  if (before < 0) throw damagedArchive('a part of it is missing');
  return { ...place, start: place.start + before, before };
}

function readEntry(
  view: DataView,
  at: number,
  before: number,
): { readonly entry: ZipEntry; readonly length: number } {
  if (at + ENTRY_BYTES > view.byteLength || view.getUint32(at, true) !== ENTRY_SIGNATURE) {
    throw damagedArchive('its list of files breaks off');
  }
  const flags = view.getUint16(at + 8, true);
  const nameBytes = view.getUint16(at + 28, true);
  const extraBytes = view.getUint16(at + 30, true);
  const length = ENTRY_BYTES + nameBytes + extraBytes + view.getUint16(at + 32, true);
  if (at + length > view.byteLength) throw damagedArchive('its list of files breaks off');
  const name = entryName(bytesAt(view, at + ENTRY_BYTES, nameBytes), (flags & FLAG_UTF8) !== 0);
  if (name === undefined) throw damagedArchive('a file’s name is not readable');
  const extra = bytesAt(view, at + ENTRY_BYTES + nameBytes, extraBytes);
  const sizes = realSizes(
    {
      size: view.getUint32(at + 24, true),
      compressedSize: view.getUint32(at + 20, true),
      offset: view.getUint32(at + 42, true),
    },
    extra,
  );
  const entry = {
    name,
    kind: kindOf(name, view.getUint8(at + 5), view.getUint32(at + 38, true)),
    method: view.getUint16(at + 10, true),
    encrypted: (flags & (FLAG_ENCRYPTED | FLAG_MASKED)) !== 0,
    crc: view.getUint32(at + 16, true),
    ...sizes,
    offset: sizes.offset + before,
  };
  return { entry, length };
}

interface Sizes {
  readonly size: number;
  readonly compressedSize: number;
  readonly offset: number;
}

/** Numbers that do not fit stand in the extra field, in this order, and only those. */
function realSizes(sizes: Sizes, extra: Uint8Array): Sizes {
  const field = extraField(extra, ZIP64_FIELD);
  let at = 0;
  const real = (value: number): number => {
    if (value !== NOT_HERE_32 || field === undefined) return value;
    if (at + 8 > field.byteLength) throw damagedArchive('the size of a file is missing');
    at += 8;
    return number64(field, at - 8);
  };
  return {
    size: real(sizes.size),
    compressedSize: real(sizes.compressedSize),
    offset: real(sizes.offset),
  };
}

function extraField(extra: Uint8Array, wanted: number): DataView | undefined {
  const view = new DataView(extra.buffer, extra.byteOffset, extra.byteLength);
  for (let at = 0; at + 4 <= view.byteLength; ) {
    const length = view.getUint16(at + 2, true);
    if (at + 4 + length > view.byteLength) return undefined;
    if (view.getUint16(at, true) === wanted) {
      return new DataView(extra.buffer, extra.byteOffset + at + 4, length);
    }
    at += 4 + length;
  }
  return undefined;
}

const MADE_BY_UNIX = 3;
const MADE_BY_MACOS = 19;
const UNIX_KIND = 0o170000;
const UNIX_FILE = 0o100000;
const UNIX_FOLDER = 0o040000;
const UNIX_LINK = 0o120000;

function kindOf(name: string, madeBy: number, attributes: number): ZipEntry['kind'] {
  if (madeBy === MADE_BY_UNIX || madeBy === MADE_BY_MACOS) {
    const kind = (attributes >>> 16) & UNIX_KIND;
    if (kind === UNIX_LINK) return 'link';
    if (kind !== 0 && kind !== UNIX_FILE && kind !== UNIX_FOLDER) return 'device';
  }
  return name.endsWith('/') ? 'folder' : 'file';
}

/** Entries that share bytes are how a small archive becomes an endless one. */
function requireApart(entries: readonly ZipEntry[], directoryStart: number): void {
  const inOrder = entries.toSorted((a, b) => a.offset - b.offset);
  for (const [index, { name, offset, compressedSize }] of inOrder.entries()) {
    const next = inOrder[index + 1]?.offset ?? directoryStart;
    if (offset + LOCAL_BYTES + compressedSize > next) {
      throw damagedArchive(`“${name.slice(0, 80)}” shares its bytes with something else`);
    }
  }
}

function number64(view: DataView, at: number): number {
  const value = view.getBigUint64(at, true);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw damagedArchive('a size in it is impossible');
  return Number(value);
}

function bytesAt(view: DataView, at: number, length: number): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset + at, length);
}

async function viewOf(archive: Blob, start: number, length: number): Promise<DataView> {
  const bytes = await readBytes(archive, start, length);
  return new DataView(bytes.buffer);
}

/**
 * A piece of the archive, exactly as long as asked for.
 * @throws PeerServerError bad-input when it is not there; storage-failed when the file cannot be read
 */
export async function readBytes(
  archive: Blob,
  start: number,
  length: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await readBlob(archive.slice(start, start + length));
  if (bytes.length !== length) throw damagedArchive('a part of it is missing');
  return bytes;
}

async function readBlob(blob: Blob): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await blob.arrayBuffer());
  } catch (thrown) {
    const text =
      'This file cannot be read: choose it again, it may have been moved or changed. Nothing was changed.';
    throw new PeerServerError('storage-failed', text, { cause: thrown });
  }
}
