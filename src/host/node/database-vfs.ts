/**
 * A file system for SQLite's WebAssembly build on Node's files. It knows one database and the journals beside
 * it, and nothing else on the disk. Locks are not its business: one connection holds the database
 * (`database-lock.ts`).
 */
import {
  closeSync,
  existsSync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { Sqlite3Static, sqlite3_io_methods } from '@sqlite.org/sqlite-wasm';

/** A result code of SQLite's; its types have the same for the numbers that some methods give. */
type Code = ReturnType<sqlite3_io_methods['xSync']>;

/** As SQLite calls it; what else is asked for is refused. */
const DATABASE = '/site.sqlite';
const SUFFIXES = ['', '-journal', '-wal'];

/** What disks write at once. */
const SECTOR_BYTES: number = 4096;

/** Days from the beginning of the Julian calendar to 1970, in milliseconds. */
const JULIAN_OFFSET_MS = 210_866_760_000_000;
const MS_PER_DAY = 86_400_000;

/**
 * Registers the file system under a name of its own.
 * @param path of the database file
 * @returns what to open the database with
 */
export function installNodeFiles(
  sqlite3: Sqlite3Static,
  path: string,
): { readonly filename: string; readonly vfs: string } {
  const { capi, wasm, vfs } = sqlite3;
  /** Open files by SQLite's pointer to them. */
  const descriptors = new Map<number, number>();
  const descriptor = (file: number): number => {
    const found = descriptors.get(file);
    if (found === undefined) throw new Error('SQLite used a file that is not open.');
    return found;
  };
  /** Runs `work`; what the disk refuses becomes SQLite's code for it. */
  const guarded = (code: Code, work: () => Code): Code => {
    try {
      return work();
    } catch (thrown) {
      return isNodeError(thrown, 'ENOSPC') ? capi.SQLITE_FULL : code;
    }
  };
  const pathOf = (name: number): string | undefined => {
    const text = wasm.cstrToJs(name) ?? '';
    const suffix = text.startsWith(DATABASE) ? text.slice(DATABASE.length) : undefined;
    return suffix !== undefined && SUFFIXES.includes(suffix) ? path + suffix : undefined;
  };
  const syncFolder = (): void => {
    // Windows cannot open folders, and needs not: its file systems keep names by themselves.
    if (process.platform === 'win32') return;
    const folder = openSync(dirname(path), 'r');
    fsyncSync(folder);
    closeSync(folder);
  };

  const io = new capi.sqlite3_io_methods();
  // Its types lack the sign that the field's name begins with.
  Object.assign(io, { $iVersion: 1 });
  vfs.installVfs({
    io: {
      struct: io,
      methods: {
        xClose: (file) =>
          guarded(capi.SQLITE_IOERR_CLOSE, () => {
            closeSync(descriptor(file));
            descriptors.delete(file);
            return 0;
          }),
        xRead: (file, target, length, offset) =>
          guarded(capi.SQLITE_IOERR_READ, () => {
            const bytes = wasm.heap8u().subarray(target, target + length);
            const at = Number(offset);
            let read = 0;
            while (read < length) {
              const more = readSync(descriptor(file), bytes, read, length - read, at + read);
              if (more === 0) break;
              read += more;
            }
            if (read === length) return 0;
            bytes.fill(0, read);
            return capi.SQLITE_IOERR_SHORT_READ;
          }),
        xWrite: (file, source, length, offset) =>
          guarded(capi.SQLITE_IOERR_WRITE, () => {
            const bytes = wasm.heap8u().subarray(source, source + length);
            const at = Number(offset);
            for (let written = 0; written < length; ) {
              written += writeSync(
                descriptor(file),
                bytes,
                written,
                length - written,
                at + written,
              );
            }
            return 0;
          }),
        xTruncate: (file, size) =>
          guarded(capi.SQLITE_IOERR_TRUNCATE, () => {
            ftruncateSync(descriptor(file), Number(size));
            return 0;
          }),
        xSync: (file) =>
          guarded(capi.SQLITE_IOERR_FSYNC, () => {
            fdatasyncSync(descriptor(file));
            return 0;
          }),
        xFileSize: (file, out) =>
          guarded(capi.SQLITE_IOERR_FSTAT, () => {
            wasm.poke64(out, BigInt(fstatSync(descriptor(file)).size));
            return 0;
          }),
        xLock: () => 0,
        xUnlock: () => 0,
        xCheckReservedLock: (_, out) => {
          wasm.poke32(out, 0);
          return 0;
        },
        xFileControl: () => capi.SQLITE_NOTFOUND,
        xSectorSize: () => SECTOR_BYTES as Code,
        xDeviceCharacteristics: () => capi.SQLITE_IOCAP_POWERSAFE_OVERWRITE as number as Code,
      },
    },
  });

  const files = new capi.sqlite3_vfs();
  files.$iVersion = 2;
  files.$szOsFile = fileSize(sqlite3);
  files.$mxPathname = 64;
  vfs.installVfs({
    vfs: {
      struct: files,
      name: 'node-files',
      methods: {
        xOpen: (_, name, file, flags, outFlags) =>
          guarded(capi.SQLITE_CANTOPEN, () => {
            const real = pathOf(name);
            if (real === undefined) return capi.SQLITE_CANTOPEN;
            const isNew = !existsSync(real);
            if (isNew && !(flags & capi.SQLITE_OPEN_CREATE)) return capi.SQLITE_CANTOPEN;
            descriptors.set(file, openSync(real, isNew ? 'wx+' : 'r+', 0o600));
            if (isNew) syncFolder();
            const opened = new capi.sqlite3_file(file);
            opened.$pMethods = io.pointer;
            opened.dispose();
            wasm.poke32(outFlags, flags);
            return 0;
          }),
        xDelete: (_, name, sync) =>
          guarded(capi.SQLITE_IOERR_DELETE, () => {
            const real = pathOf(name);
            if (real === undefined || !existsSync(real)) return capi.SQLITE_IOERR_DELETE_NOENT;
            unlinkSync(real);
            if (sync) syncFolder();
            return 0;
          }),
        xAccess: (_, name, _flags, out) => {
          const real = pathOf(name);
          // An empty journal is none.
          const there = real !== undefined && existsSync(real) && statSync(real).size > 0;
          wasm.poke32(out, there ? 1 : 0);
          return 0;
        },
        xFullPathname: (_, name, size, out) =>
          wasm.cstrncpy(out, name, size) < size ? 0 : capi.SQLITE_CANTOPEN,
        xRandomness: (_, length, out) => {
          wasm.heap8u().set(crypto.getRandomValues(new Uint8Array(length)), out);
          return length as Code;
        },
        xSleep: () => 0,
        xCurrentTime: (_, out) => {
          wasm.poke(out, (Date.now() + JULIAN_OFFSET_MS) / MS_PER_DAY, 'double');
          return 0;
        },
        xCurrentTimeInt64: (_, out) => {
          wasm.poke64(out, BigInt(Date.now() + JULIAN_OFFSET_MS));
          return 0;
        },
        xGetLastError: () => 0,
      },
    },
  });
  return { filename: DATABASE, vfs: 'node-files' };
}

/** Bytes of SQLite's own part of an open file. */
function fileSize({ capi }: Sqlite3Static): number {
  const file = new capi.sqlite3_file();
  const { sizeof } = file.structInfo;
  file.dispose();
  return sizeof;
}

function isNodeError(thrown: unknown, code: string): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === code;
}
