import { type ReadonlySignal, signal } from '@preact/signals';

/** Which file is open, kept in the address's hash so that a reload opens it again. */
export interface OpenFile {
  readonly path: ReadonlySignal<string | undefined>;
  open(path: string | undefined): void;
}

/** The parts of `location` and `history` that are used. */
export interface HashPlace {
  readonly hash: string;
  replace(hash: string): void;
}

/** Reads the open file from the address and keeps the two together. */
export function createOpenFile(place: HashPlace): OpenFile {
  const path = signal(readHash(place.hash));
  return {
    path,
    open(next) {
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
