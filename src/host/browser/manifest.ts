/**
 * Manifests and what can be done to them. A manifest says which blob is the content of which path; it
 * never changes, so the same one can be the draft, the live site, and something to go back to. All
 * functions here are pure.
 */
import { PeerServerError } from '../../protocol/errors.ts';
import { foldersOf, isWithin, normalizeSitePath } from '../site-path.ts';
import type { FileMove } from './public-api.ts';

export interface ManifestEntry {
  /** Id of the blob with the content. */
  readonly blob: string;
  /** In bytes. */
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly modified: number;
}

export type Manifest = ReadonlyMap<string, ManifestEntry>;

/** What a change to the draft replaced, by path; null where there was nothing. */
export type UndoStep = readonly (readonly [path: string, before: ManifestEntry | null])[];

/** All that a site's index holds. */
export interface SiteState {
  readonly draft: Manifest;
  readonly live: Manifest;
  /** The newest last. */
  readonly undo: readonly UndoStep[];
}

export const EMPTY_STATE: SiteState = { draft: new Map(), live: new Map(), undo: [] };

/** As many steps back as anybody is likely to go; each costs about 150 bytes for each changed file. */
const MAX_UNDO_STEPS = 50;
/** Paths in all steps together, so that a few huge uploads do not swell the index. */
const MAX_UNDO_PATHS = 10_000;
/**
 * Bytes in all steps together: replaced content takes room on the disk, and nobody expects that of a
 * file that is gone.
 */
export const MAX_UNDO_BYTES = 256 * 1024 * 1024;

/** The draft with these files added or replaced. Refuses a file where a folder is, and the reverse. */
export function withFiles(manifest: Manifest, files: ReadonlyMap<string, ManifestEntry>): Manifest {
  const result = new Map([...manifest, ...files]);
  const folders = new Set([...result.keys()].flatMap(foldersOf));
  for (const path of files.keys()) {
    const clash = folders.has(path) ? path : foldersOf(path).find((folder) => result.has(folder));
    if (clash !== undefined) {
      const text = `“${clash}” would be a file and a folder at once. Choose another name.`;
      throw new PeerServerError('bad-input', text);
    }
  }
  return result;
}

/**
 * The manifest with files, or folders and all in them, under other paths, all at once. Looks at each file once
 * however many are moved.
 */
export function withRenamed(manifest: Manifest, moves: readonly FileMove[]): Manifest {
  const targets = new Map<string, string>();
  for (const { from, to } of moves) {
    if (isWithin(to, from) && from !== to) {
      throw new PeerServerError('bad-input', `“${from}” cannot be moved into itself.`);
    }
    targets.set(from, to);
  }
  const rest = new Map<string, ManifestEntry>();
  const files = new Map<string, ManifestEntry>();
  const used = new Set<string>();
  for (const [path, entry] of manifest) {
    const from = coveringPath(path, targets);
    const to = from === undefined ? undefined : targets.get(from);
    if (from !== undefined) used.add(from);
    if (from === undefined || to === undefined || from === to) {
      rest.set(path, entry);
      continue;
    }
    const target = normalizeSitePath(to + path.slice(from.length));
    if (files.has(target)) {
      const text = `Two files would become “${target}”. Choose another name for one of them.`;
      throw new PeerServerError('bad-input', text);
    }
    files.set(target, entry);
  }
  const folders = new Set([...rest.keys()].flatMap(foldersOf));
  for (const [from, to] of targets) {
    if (!used.has(from)) throw noSuchFile(from);
    if (from !== to && (rest.has(to) || folders.has(to))) {
      throw new PeerServerError('bad-input', `“${to}” exists already. Choose another name.`);
    }
  }
  return files.size === 0 ? manifest : withFiles(rest, files);
}

/**
 * The live manifest after these moves of the draft, which were found to be possible. What is not live is passed
 * over; what is in the way was removed from the draft before and gives way.
 */
export function withLiveMoved(live: Manifest, moves: readonly FileMove[]): Manifest {
  const targets = new Map(moves.map(({ from, to }) => [from, to]));
  const rest = new Map<string, ManifestEntry>();
  const files = new Map<string, ManifestEntry>();
  for (const [path, entry] of live) {
    const from = coveringPath(path, targets);
    const to = from === undefined ? undefined : targets.get(from);
    if (from === undefined || to === undefined) rest.set(path, entry);
    else files.set(normalizeSitePath(to + path.slice(from.length)), entry);
  }
  if (files.size === 0) return live;
  const folders = new Set([...files.keys()].flatMap(foldersOf));
  const inTheWay = (path: string) => folders.has(path) || coveringPath(path, files) !== undefined;
  return new Map([...[...rest].filter(([path]) => !inTheWay(path)), ...files]);
}

/** The manifest with a file, or a folder and all in it, under a second path as well. */
export function withCopied(manifest: Manifest, from: string, to: string): Manifest {
  const originals = pathsWithin(manifest, from);
  if (originals.length === 0) throw noSuchFile(from);
  if (pathsWithin(manifest, to).length > 0) {
    throw new PeerServerError('bad-input', `“${to}” exists already. Choose another name.`);
  }
  const files = new Map<string, ManifestEntry>();
  for (const path of originals) {
    const entry = manifest.get(path);
    if (entry) files.set(normalizeSitePath(to + path.slice(from.length)), entry);
  }
  return withFiles(manifest, files);
}

/** The manifest without these files, or folders and all in them. */
export function withRemoved(manifest: Manifest, paths: readonly string[]): Manifest {
  const wanted = new Set(paths);
  const used = new Set<string>();
  const result = new Map<string, ManifestEntry>();
  for (const [path, entry] of manifest) {
    const removed = coveringPath(path, wanted);
    if (removed === undefined) result.set(path, entry);
    else used.add(removed);
  }
  const unknown = paths.find((path) => !used.has(path) && coveringPath(path, used) === undefined);
  if (unknown !== undefined) throw noSuchFile(unknown);
  return result;
}

/** The manifest without these files and folders; those that it does not have are passed over. */
export function withoutAny(manifest: Manifest, paths: readonly string[]): Manifest {
  const wanted = new Set(paths);
  return new Map([...manifest].filter(([path]) => coveringPath(path, wanted) === undefined));
}

/**
 * `target` with these files and folders as they are in `source`, missing ones removed. This is publishing
 * (draft to live) and discarding (live to draft).
 */
export function copied(target: Manifest, source: Manifest, paths: readonly string[]): Manifest {
  const wanted = new Set(paths);
  const result = new Map<string, ManifestEntry>();
  for (const [path, entry] of target) {
    if (coveringPath(path, wanted) === undefined) result.set(path, entry);
  }
  for (const [path, entry] of source) {
    if (coveringPath(path, wanted) !== undefined) result.set(path, entry);
  }
  return result;
}

/** Throws storage-failed for the first of `paths` that is no file or folder of the site's. */
export function requireKnown(state: SiteState, paths: readonly string[]): void {
  for (const path of paths) {
    const known = [state.draft, state.live].some(
      (manifest) => pathsWithin(manifest, path).length > 0,
    );
    if (!known) throw noSuchFile(path);
  }
}

/** Paths whose entries differ between two manifests, new and gone ones included. */
export function changedPaths(before: Manifest, after: Manifest): string[] {
  if (before === after) return [];
  const paths = [...after.keys()].filter((path) => !sameEntry(before.get(path), after.get(path)));
  return [...paths, ...[...before.keys()].filter((path) => !after.has(path))];
}

/** True when both say the same of a file. */
export function sameEntry(a: ManifestEntry | undefined, b: ManifestEntry | undefined): boolean {
  return a?.blob === b?.blob && a?.modified === b?.modified;
}

/** What takes `after` back to `before`. */
export function undoStep(before: Manifest, after: Manifest): UndoStep {
  return changedPaths(before, after).map((path) => [path, before.get(path) ?? null]);
}

/** The manifest with a step taken back. */
export function withUndone(manifest: Manifest, step: UndoStep): Manifest {
  const result = new Map(manifest);
  for (const [path, before] of step) {
    if (before) result.set(path, before);
    else result.delete(path);
  }
  return result;
}

/** The newest steps that stay within the limits. The newest alone may exceed the number of paths. */
export function boundedUndo(steps: readonly UndoStep[]): readonly UndoStep[] {
  let paths = 0;
  let bytes = 0;
  const kept: UndoStep[] = [];
  for (const step of steps.toReversed()) {
    paths += step.length;
    for (const [, before] of step) bytes += before?.size ?? 0;
    if (kept.length >= MAX_UNDO_STEPS || bytes > MAX_UNDO_BYTES) break;
    if (kept.length > 0 && paths > MAX_UNDO_PATHS) break;
    kept.unshift(step);
  }
  return kept;
}

/** Every blob that a state needs. */
export function blobsOf(state: SiteState): Set<string> {
  const blobs = new Set<string>();
  for (const manifest of [state.draft, state.live]) {
    for (const entry of manifest.values()) blobs.add(entry.blob);
  }
  for (const step of state.undo) {
    for (const [, before] of step) if (before) blobs.add(before.blob);
  }
  return blobs;
}

/** Which of these paths is the file's own or that of the outermost folder that it lies in; undefined: none. */
function coveringPath(path: string, paths: { has(path: string): boolean }): string | undefined {
  const folder = foldersOf(path).find((outer) => paths.has(outer));
  return folder ?? (paths.has(path) ? path : undefined);
}

function pathsWithin(manifest: Manifest, fileOrFolder: string): string[] {
  if (manifest.has(fileOrFolder)) return [fileOrFolder];
  return [...manifest.keys()].filter((path) => isWithin(path, fileOrFolder));
}

function noSuchFile(path: string): PeerServerError {
  return new PeerServerError('storage-failed', `There is no file or folder “${path}”.`);
}
