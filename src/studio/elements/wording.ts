import type { Connection } from '../session/server-session.ts';

/** A size for people: `0 B`, `1.5 kB`, `12 MB`; decimal units, as browsers' download lists have them. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  for (const unit of ['B', 'kB', 'MB', 'GB']) {
    if (value < 1000 || unit === 'GB') {
      const digits = unit === 'B' || value >= 10 ? 0 : 1;
      return `${value.toFixed(digits)} ${unit}`;
    }
    value /= 1000;
  }
  return `${value} B`;
}

/** `1 visitor`, `2 visitors`. */
export function countVisitors(count: number): string {
  return count === 1 ? '1 visitor' : `${count} visitors`;
}

/** A number with its noun: `1 file`, `3 files`. */
export function countFiles(count: number): string {
  return count === 1 ? '1 file' : `${count} files`;
}

/**
 * The connection in a few words.
 * @param now milliseconds of `Date.now()`
 */
export function describeSignaling(state: Connection, now: number): string {
  if (state.kind === 'online') return 'Online';
  if (state.kind === 'connecting') return 'Connecting…';
  if (state.retryAt === undefined) return 'Offline';
  const seconds = Math.max(1, Math.ceil((state.retryAt - now) / 1000));
  return `Offline – trying again in ${seconds} s`;
}

/** How long a request took: `< 0.1 ms`, `0.4 ms`, `12 ms`, `1.5 s`. */
export function formatDuration(ms: number): string {
  if (ms < 0.05) return '< 0.1 ms';
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
