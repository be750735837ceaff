import { Inflate, ZipPassThrough } from 'fflate';
import { damagedArchive } from './damage.ts';
import { readBytes, type ZipEntry } from './zip-directory.ts';

type Bytes = Uint8Array<ArrayBuffer>;

export const STORED = 0;
export const DEFLATED = 8;

const LOCAL_SIGNATURE = 0x04034b50;
const LOCAL_BYTES = 30;

/** Each piece of a file costs the browser several messages between its processes. */
const READ_BYTES = 256 * 1024;

/** What is inflated at a time: at most a thousand times as much comes out at once. */
const INFLATE_BYTES = 16 * 1024;

/**
 * The content of an entry, read and checked as it is asked for. Fails with bad-input when it is damaged or is
 * more than the archive's list says, as soon as that is seen.
 */
export function openZipEntry(archive: Blob, entry: ZipEntry): ReadableStream<Bytes> {
  const chunks = contentOf(archive, entry);
  return new ReadableStream<Bytes>(
    {
      async pull(controller) {
        const next = await chunks.next();
        if (next.done === true) controller.close();
        else controller.enqueue(next.value);
      },
      async cancel() {
        await chunks.return();
      },
    },
    { highWaterMark: 0 },
  );
}

async function* contentOf(archive: Blob, entry: ZipEntry): AsyncGenerator<Bytes, void, void> {
  const checksum = new ZipPassThrough('');
  // Used for its checksum only.
  checksum.ondata = () => {};
  let size = 0;
  for await (const chunk of unpacked(archive, entry)) {
    size += chunk.length;
    if (size > entry.size) break;
    checksum.push(chunk);
    yield chunk;
  }
  const name = `“${entry.name.slice(0, 80)}”`;
  if (size !== entry.size) throw damagedArchive(`${name} is not as long as its list says`);
  checksum.push(new Uint8Array(), true);
  if (checksum.crc >>> 0 !== entry.crc) throw damagedArchive(`${name} has changed`);
}

async function* unpacked(archive: Blob, entry: ZipEntry): AsyncGenerator<Bytes, void, void> {
  const start = await startOfContent(archive, entry);
  if (entry.method === STORED) {
    yield* piecesOf(archive, start, entry.compressedSize);
    return;
  }
  const out: Bytes[] = [];
  const inflate = new Inflate((chunk) => {
    if (chunk.length > 0) out.push(chunk);
  });
  for await (const piece of piecesOf(archive, start, entry.compressedSize)) {
    for (let at = 0; at < piece.length; at += INFLATE_BYTES) {
      push(inflate, piece.subarray(at, at + INFLATE_BYTES), false, entry);
      yield* out.splice(0);
    }
  }
  push(inflate, new Uint8Array(), true, entry);
  yield* out.splice(0);
}

function push(inflate: Inflate, bytes: Bytes, isLast: boolean, { name }: ZipEntry): void {
  try {
    inflate.push(bytes, isLast);
  } catch (thrown) {
    throw damagedArchive(`“${name.slice(0, 80)}” cannot be unpacked`, thrown);
  }
}

async function* piecesOf(
  archive: Blob,
  start: number,
  length: number,
): AsyncGenerator<Bytes, void, void> {
  for (let at = 0; at < length; at += READ_BYTES) {
    yield await readBytes(archive, start + at, Math.min(READ_BYTES, length - at));
  }
}

/** Behind the entry's own header, whose length stands nowhere else. */
async function startOfContent(archive: Blob, { offset, name }: ZipEntry): Promise<number> {
  const bytes = await readBytes(archive, offset, LOCAL_BYTES);
  const header = new DataView(bytes.buffer);
  if (header.getUint32(0, true) !== LOCAL_SIGNATURE) {
    throw damagedArchive(`“${name.slice(0, 80)}” is not where its list says`);
  }
  return offset + LOCAL_BYTES + header.getUint16(26, true) + header.getUint16(28, true);
}
