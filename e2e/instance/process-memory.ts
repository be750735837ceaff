/** Memory of processes as Linux tells it. */
import { readdir, readFile } from 'node:fs/promises';

/** What one process has in RAM, in bytes. */
export async function residentBytes(pid: number): Promise<number> {
  return fieldOf(await readFile(`/proc/${pid}/status`, 'utf8'), 'VmRSS');
}

/**
 * What a process and all its descendants have in RAM, in bytes; what they share is counted once (each has its
 * part of it).
 */
export async function residentBytesOfTree(pid: number): Promise<number> {
  const childrenOf = new Map<number, number[]>();
  for (const name of await readdir('/proc')) {
    const parent = /^\d+$/.test(name) ? await parentOf(Number(name)) : undefined;
    if (parent === undefined) continue;
    childrenOf.set(parent, [...(childrenOf.get(parent) ?? []), Number(name)]);
  }
  const tree = [pid];
  for (const one of tree) tree.push(...(childrenOf.get(one) ?? []));
  const sizes = await Promise.all(tree.map(proportionalBytes));
  return sizes.reduce((sum, bytes) => sum + bytes, 0);
}

async function parentOf(pid: number): Promise<number | undefined> {
  try {
    return fieldOf(await readFile(`/proc/${pid}/status`, 'utf8'), 'PPid', 1);
  } catch {
    // It has ended since it was listed.
    return undefined;
  }
}

async function proportionalBytes(pid: number): Promise<number> {
  try {
    return fieldOf(await readFile(`/proc/${pid}/smaps_rollup`, 'utf8'), 'Pss');
  } catch {
    // It has ended since it was listed, and holds nothing.
    return 0;
  }
}

/** @param unit bytes in one of what the field counts */
function fieldOf(text: string, field: string, unit = 1024): number {
  const value = new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(text)?.[1];
  if (value === undefined) throw new Error(`There is no ${field}.`);
  return Number(value) * unit;
}
