import { type ReadonlySignal, signal } from '@preact/signals';

/** A line of a file, from 1. */
export interface OpenPlace {
  readonly path: string;
  readonly line: number;
}

/** Which file is open, kept in the address's hash so that a reload opens it again. */
export interface OpenFile {
  readonly path: ReadonlySignal<string | undefined>;
  /** The line that it was last opened at, another object each time; undefined if it was without one. */
  readonly place: ReadonlySignal<OpenPlace | undefined>;
  open(path: string | undefined, line?: number): void;
}

/** The parts of `location` and `history` that are used. */
export interface HashPlace {
  readonly hash: string;
  replace(hash: string): void;
}

/** Reads the open file from the address and keeps the two together. */
export function createOpenFile(place: HashPlace): OpenFile {
  const path = signal(readHash(place.hash));
  const at = signal<OpenPlace | undefined>(undefined);
  return {
    path,
    place: at,
    open(next, line) {
      at.value = next === undefined || line === undefined ? undefined : { path: next, line };
      path.value = next;
      place.replace(next === undefined ? '' : `#${encodeURIComponent(next)}`);
    },
  };
}

function readHash(hash: string): string | undefined {
  try {
    return decodeURIComponent(hash.slice(1)) || undefined;
  } catch {
    // A hash that somebody mangled names no file.
    return undefined;
  }
}
