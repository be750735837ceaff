import { expect, it } from 'vitest';
import { MAX_DATABASE_BYTES } from '../database/database-limits.ts';
import { readDatabaseFile } from './read-database-file.ts';

/** A file of any size that is never there in full. */
function fileOf(size: number, read: () => Promise<ArrayBuffer>): Blob {
  const file = new Blob([]);
  Object.defineProperty(file, 'size', { value: size });
  Object.defineProperty(file, 'arrayBuffer', { value: read });
  return file;
}

it('reads a file as large as a database may be, and refuses a larger one unread', async () => {
  let read = 0;
  const content = async () => {
    read += 1;
    return new ArrayBuffer(3);
  };
  expect(await readDatabaseFile(fileOf(MAX_DATABASE_BYTES, content))).toEqual(new Uint8Array(3));
  const tooLarge = readDatabaseFile(fileOf(MAX_DATABASE_BYTES + 1, content));
  await expect(tooLarge).rejects.toMatchObject({ code: 'bad-input' });
  expect(read).toBe(1);
});

it('says so when the file has gone', async () => {
  const gone = fileOf(5, () => Promise.reject(new DOMException('gone', 'NotFoundError')));
  await expect(readDatabaseFile(gone)).rejects.toMatchObject({ code: 'storage-failed' });
});
