/**
 * Manifests and what can be done to them. A manifest says which blob is the content of which path; it
 * never changes, so the same one can be the draft, the live site, and something to go back to. All
 * functions here are pure.
 */
import { PeerServerError } from '../../protocol/errors.ts';
import { foldersOf, isWithin } from './site-path.ts';

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
const MAX_UNDO_BYTES = 256 * 1024 * 1024;

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

/** The manifest with a file, or a folder and all in it, under another path. */
export function withRenamed(manifest: Manifest, from: string, to: string): Manifest {
  const moved = pathsWithin(manifest, from);
  if (moved.length === 0) throw noSuchFile(from);
  if (from === to) return manifest;
  if (isWithin(to, from)) {
    throw new PeerServerError('bad-input', `“${from}” cannot be moved into itself.`);
  }
  const rest = new Map(manifest);
  const files = new Map<string, ManifestEntry>();
  for (const path of moved) {
    const entry = rest.get(path);
    rest.delete(path);
    if (entry) files.set(to + path.slice(from.length), entry);
  }
  if (pathsWithin(rest, to).length > 0) {
    throw new PeerServerError('bad-input', `“${to}” exists already. Choose another name.`);
  }
  return withFiles(rest, files);
}

/** The manifest without a file, or without a folder and all in it. */
export function withRemoved(manifest: Manifest, path: string): Manifest {
  const removed = pathsWithin(manifest, path);
  if (removed.length === 0) throw noSuchFile(path);
  const result = new Map(manifest);
  for (const gone of removed) result.delete(gone);
  return result;
}

/**
 * `target` with these files and folders as they are in `source`, missing ones removed. This is publishing
 * (draft to live) and discarding (live to draft).
 */
export function copied(target: Manifest, source: Manifest, paths: readonly string[]): Manifest {
  const result = new Map(target);
  for (const path of paths) {
    for (const old of pathsWithin(target, path)) result.delete(old);
    for (const wanted of pathsWithin(source, path)) {
      const entry = source.get(wanted);
      if (entry) result.set(wanted, entry);
    }
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

function pathsWithin(manifest: Manifest, fileOrFolder: string): string[] {
  if (manifest.has(fileOrFolder)) return [fileOrFolder];
  return [...manifest.keys()].filter((path) => isWithin(path, fileOrFolder));
}

function noSuchFile(path: string): PeerServerError {
  return new PeerServerError('storage-failed', `There is no file or folder “${path}”.`);
}
