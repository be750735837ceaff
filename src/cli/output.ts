import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { PeerServerError } from '../protocol/errors.ts';

/** Where an answer goes. `write` resolves when the bytes have been taken, which is the back-pressure. */
export interface Output {
  write(bytes: Uint8Array): Promise<void>;
  /** All is there. */
  finish(): Promise<void>;
  /** It will never be whole: leaves nothing behind that looks as if it were. */
  abandon(): Promise<void>;
}

/** Standard output, or another stream that stays open. */
export function streamOutput(stream: Writable): Output {
  return {
    write: (bytes) =>
      new Promise((resolve, reject) => {
        stream.write(bytes, (error) => (error ? reject(error) : resolve()));
      }),
    async finish() {},
    async abandon() {},
  };
}

/**
 * A file that appears under its name only when it is whole; until then it is `<path>.<process id>.part`.
 * @throws PeerServerError `storage-failed`, from here and from each method
 */
export async function fileOutput(path: string): Promise<Output> {
  const partial = `${path}.${process.pid}.part`;
  const file = await orFail(path, open(partial, 'w'));
  return {
    write: (bytes) => orFail(path, writeAll(file, bytes)),
    async finish() {
      await orFail(path, file.close());
      await orFail(path, rename(partial, path));
    },
    async abandon() {
      await file.close();
      await rm(partial, { force: true });
    },
  };
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length; ) {
    written += (await file.write(bytes, written)).bytesWritten;
  }
}

async function orFail<T>(path: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new PeerServerError(
      'storage-failed',
      `The file cannot be written: ${path} (${reason}).`,
      {
        cause,
      },
    );
  }
}

/** True when the reader of our output has gone away, as `head` does when it has seen enough. */
export function isBrokenPipe(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EPIPE';
}
