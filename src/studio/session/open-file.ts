import { type ReadonlySignal, signal } from '@preact/signals';

/** A line of a file, from 1. */
export interface OpenPlace {
  readonly path: string;
  readonly line: number;
}

/** The pages of the server tab. */
export const VIEWS = ['site', 'database', 'visitors'] as const;
export type View = (typeof VIEWS)[number];

/** Which page and which file is open, kept in the address's hash so that a reload opens it again. */
export interface OpenFile {
  readonly view: ReadonlySignal<View>;
  /** Stays known while another page than `site` is shown. */
  readonly path: ReadonlySignal<string | undefined>;
  /** The line that it was last opened at, another object each time; undefined if it was without one. */
  readonly place: ReadonlySignal<OpenPlace | undefined>;
  /** How many times a file has been opened, the same one again included. */
  readonly openings: ReadonlySignal<number>;
  /** Opens a file in the page `site`; undefined: none. */
  open(path: string | undefined, line?: number): void;
  show(view: View): void;
  /** Goes where the address has been changed to, by hand or by a link. */
  follow(): void;
}

/** The parts of `location` and `history` that are used. */
export interface HashPlace {
  readonly hash: string;
  replace(hash: string): void;
}

/** Before a page's name: no file's path begins so. */
const VIEW_PREFIX = '#/';

/** Reads page and file from the address and keeps the two together. */
export function createOpenFile(place: HashPlace): OpenFile {
  const view = signal(readView(place.hash));
  const path = signal(view.value === 'site' ? readPath(place.hash) : undefined);
  const at = signal<OpenPlace | undefined>(undefined);
  const openings = signal(0);
  const write = () => {
    if (view.value !== 'site') place.replace(VIEW_PREFIX + view.value);
    else place.replace(path.value === undefined ? '' : `#${encodeURIComponent(path.value)}`);
  };
  return {
    view,
    path,
    place: at,
    openings,
    open(next, line) {
      at.value = next === undefined || line === undefined ? undefined : { path: next, line };
      path.value = next;
      view.value = 'site';
      if (next !== undefined) openings.value += 1;
      write();
    },
    show(next) {
      view.value = next;
      write();
    },
    follow() {
      view.value = readView(place.hash);
      if (view.value !== 'site') return;
      const next = readPath(place.hash);
      if (next !== path.value) at.value = undefined;
      path.value = next;
    },
  };
}

function readView(hash: string): View {
  return VIEWS.find((view) => hash === VIEW_PREFIX + view) ?? 'site';
}

function readPath(hash: string): string | undefined {
  try {
    return decodeURIComponent(hash.slice(1)) || undefined;
  } catch {
    // A hash that somebody mangled names no file.
    return undefined;
  }
}
