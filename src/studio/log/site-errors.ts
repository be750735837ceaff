import { type ReadonlySignal, signal } from '@preact/signals';
import type { SiteLogEntry } from '../host.ts';

/** Files whose errors are kept; beyond these there is one to look at anyway. */
export const MAX_BROKEN_FILES = 200;

/** A file that cannot be compiled, and a migration that cannot be applied: both are saved and do nothing. */
const BREAKING: ReadonlySet<SiteLogEntry['source']> = new Set(['compile', 'database']);

/** What of the site's log must not get lost among its requests. */
export interface SiteErrors {
  /** What keeps a file from having its effect, by the file's path: the first error in it. */
  readonly broken: ReadonlySignal<ReadonlyMap<string, SiteLogEntry>>;
  /** Errors since the log was last open. */
  readonly unseen: ReadonlySignal<number>;
  /** The latest of those, or that its file is right again; undefined while there are none. */
  readonly latest: ReadonlySignal<SiteLogEntry | undefined>;
  add(message: SiteLogEntry): void;
  /** Visitors get something else now: if there is an error in these files, it will be told anew. */
  saved(paths: readonly string[]): void;
  /** The log is unfolded, or folded away. */
  showLog(open: boolean): void;
}

export function createSiteErrors(): SiteErrors {
  const broken = signal<ReadonlyMap<string, SiteLogEntry>>(new Map());
  const unseen = signal(0);
  const latest = signal<SiteLogEntry | undefined>(undefined);
  let logOpen = false;

  function forget(paths: readonly string[]): void {
    if (!paths.some((path) => broken.peek().has(path))) return;
    broken.value = new Map([...broken.peek()].filter(([path]) => !paths.includes(path)));
  }

  /** All errors of one compilation have the same time: then the first in the file is kept. */
  function keep(file: string, message: SiteLogEntry): void {
    const known = broken.peek().get(file);
    if (!known && broken.peek().size >= MAX_BROKEN_FILES) return;
    const line = message.place?.line ?? 0;
    if (known?.at === message.at && (known.place?.line ?? 0) <= line) return;
    broken.value = new Map(broken.peek()).set(file, message);
  }

  return {
    broken,
    unseen,
    latest,
    add(message) {
      const { level, source, place } = message;
      if (level === 'error') {
        if (BREAKING.has(source) && place) keep(place.file, message);
        if (logOpen) return;
        unseen.value += 1;
        latest.value = message;
      } else if (level === 'info' && source === 'compile' && place) {
        forget([place.file]);
        if (latest.peek()?.place?.file === place.file) latest.value = message;
      }
    },
    saved: forget,
    showLog(open) {
      logOpen = open;
      if (!open) return;
      unseen.value = 0;
      latest.value = undefined;
    },
  };
}

/** `routes/a.ts:2`, as far as it is known. */
export function describePlace(place: NonNullable<SiteLogEntry['place']>): string {
  return place.line === undefined ? place.file : `${place.file}:${place.line}`;
}
