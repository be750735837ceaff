import { deflateSync, ZipPassThrough } from 'fflate';

type Bytes = Uint8Array<ArrayBuffer>;

/** One entry of a zip for tests, which may lie about everything. */
export interface MadeEntry {
  readonly name: string | Bytes;
  readonly content?: string | Bytes;
  /** Default: deflated. */
  readonly method?: number;
  /** Default: UTF-8 is marked. */
  readonly flags?: number;
  /** Declared instead of the true one. */
  readonly size?: number;
  readonly crc?: number;
  /** Unix mode; makes the entry come from Unix. */
  readonly mode?: number;
  /** Bytes of the packed content instead of the true ones. */
  readonly packed?: Bytes;
  /** Entries with the same content begin at the first one's place: they overlap. */
  readonly overlap?: boolean;
  /** Declares sizes in a Zip64 field. */
  readonly zip64?: boolean;
}

const UTF8 = 1 << 11;

/** A zip made of these entries, byte by byte, so that it can be as wrong as a test needs it. */
export function makeZip(
  entries: readonly MadeEntry[],
  options: {
    readonly zip64?: boolean;
    readonly before?: Bytes;
    readonly comment?: string;
    /** Declared in the 16 bits at the end instead of the true one. */
    readonly count?: number;
    /** Puts a digital signature behind the list, which counts as a part of it. */
    readonly signed?: boolean;
  } = {},
): Blob {
  const { before = new Uint8Array(), comment = '', count = entries.length } = options;
  const parts: Bytes[] = [];
  const list: Bytes[] = [];
  let at = 0;
  for (const entry of entries) {
    const made = parse(entry);
    const offset = entry.overlap ? 0 : at;
    const local = header(0x04034b50, 30, (view) => {
      view.setUint16(6, made.flags, true);
      view.setUint16(8, made.method, true);
      view.setUint32(14, made.crc, true);
      view.setUint32(18, made.packed.length, true);
      view.setUint32(22, made.size, true);
      view.setUint16(26, made.name.length, true);
    });
    if (!entry.overlap) {
      parts.push(local, made.name, made.packed);
      at += local.length + made.name.length + made.packed.length;
    }
    const extra = entry.zip64 ? zip64Extra(made.size, made.packed.length) : new Uint8Array();
    const central = header(0x02014b50, 46, (view) => {
      view.setUint8(5, entry.mode === undefined ? 0 : 3);
      view.setUint16(8, made.flags, true);
      view.setUint16(10, made.method, true);
      view.setUint32(16, made.crc, true);
      view.setUint32(20, entry.zip64 ? 0xffffffff : made.packed.length, true);
      view.setUint32(24, entry.zip64 ? 0xffffffff : made.size, true);
      view.setUint16(28, made.name.length, true);
      view.setUint16(30, extra.length, true);
      view.setUint32(38, (entry.mode ?? 0) * 0x10000, true);
      view.setUint32(42, offset, true);
    });
    list.push(central, made.name, extra);
  }
  if (options.signed) {
    list.push(header(0x05054b50, 9, (view) => view.setUint16(4, 3, true)));
  }
  const listBytes = list.reduce((sum, each) => sum + each.length, 0);
  const end = header(0x06054b50, 22, (view) => {
    view.setUint16(8, options.zip64 ? 0xffff : count, true);
    view.setUint16(10, options.zip64 ? 0xffff : count, true);
    view.setUint32(12, listBytes, true);
    view.setUint32(16, at, true);
    view.setUint16(20, comment.length, true);
  });
  const large = options.zip64 ? end64(entries.length, listBytes, at) : [];
  return new Blob([before, ...parts, ...list, ...large, end, comment]);
}

function parse(entry: MadeEntry) {
  const { name, content = '', method = 8 } = entry;
  const bytes = bytesOf(content);
  const checksum = new ZipPassThrough('');
  checksum.ondata = () => {};
  checksum.push(bytes, true);
  return {
    name: bytesOf(name),
    flags: entry.flags ?? UTF8,
    method,
    crc: entry.crc ?? checksum.crc,
    size: entry.size ?? bytes.length,
    packed: entry.packed ?? (method === 8 ? deflateSync(bytes) : bytes),
  };
}

function bytesOf(content: string | Bytes): Bytes {
  return typeof content === 'string' ? new TextEncoder().encode(content) : content;
}

function header(signature: number, length: number, fill: (view: DataView) => void): Bytes {
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, signature, true);
  fill(view);
  return bytes;
}

function zip64Extra(size: number, packed: number): Bytes {
  const bytes = new Uint8Array(20);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 1, true);
  view.setUint16(2, 16, true);
  view.setBigUint64(4, BigInt(size), true);
  view.setBigUint64(12, BigInt(packed), true);
  return bytes;
}

function end64(count: number, bytes: number, start: number): Bytes[] {
  const record = header(0x06064b50, 56, (view) => {
    view.setBigUint64(4, 44n, true);
    view.setBigUint64(24, BigInt(count), true);
    view.setBigUint64(32, BigInt(count), true);
    view.setBigUint64(40, BigInt(bytes), true);
    view.setBigUint64(48, BigInt(start), true);
  });
  const locator = header(0x07064b50, 20, (view) => {
    view.setBigUint64(8, BigInt(start + bytes), true);
    view.setUint32(16, 1, true);
  });
  return [record, locator];
}
