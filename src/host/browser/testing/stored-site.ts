/** A store over a disk in memory, and looks at what it holds. */
import { expect } from 'vitest';
import { OpfsSiteStore } from '../opfs-site-store.ts';
import { MemoryDisk } from './memory-disk.ts';

export async function openStore(disk = new MemoryDisk()) {
  return { disk, store: await OpfsSiteStore.open(disk.root(), { now: () => 1_800_000_000_000 }) };
}

export async function liveBytes(
  store: OpfsSiteStore,
  path: string,
): Promise<Uint8Array | undefined> {
  const file = await store.liveFiles.lookup(path);
  if (!file) return undefined;
  return new Uint8Array(await new Response(await file.read()).arrayBuffer());
}

export async function liveText(store: OpfsSiteStore, path: string): Promise<string | undefined> {
  const bytes = await liveBytes(store, path);
  return bytes && new TextDecoder().decode(bytes);
}

/** Bytes that differ from their neighbours, so that a wrong offset shows. */
export function pattern(length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  for (let index = 0; index < length; index += 1) bytes[index] = (index * 31 + (index >> 8)) % 251;
  return bytes;
}

/** As `toEqual`, which takes seconds for a megabyte. */
export function expectSameBytes(actual: unknown, expected: Uint8Array): void {
  if (!(actual instanceof Uint8Array)) throw new Error('There must be bytes.');
  expect(actual.length).toBe(expected.length);
  expect(Buffer.compare(actual, expected)).toBe(0);
}
