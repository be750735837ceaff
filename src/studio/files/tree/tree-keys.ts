/** What the keys do in the list of files. Pure: the list carries it out. */
import type { TreeRow } from './file-tree.ts';

/** The parts of a keyboard event that are used. */
export interface PressedKey {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

export type KeyAction =
  /** To another row, and everything between is chosen if `extend`. */
  | { readonly kind: 'go'; readonly key: string; readonly extend: boolean }
  | { readonly kind: 'unfold' | 'fold'; readonly key: string }
  | { readonly kind: 'toggle-chosen'; readonly key: string }
  | { readonly kind: 'choose-all' | 'choose-none' }
  | { readonly kind: 'rename' | 'delete'; readonly key: string }
  /** Looks for a row that begins so. */
  | { readonly kind: 'type'; readonly letter: string };

/** Rows that Page Up and Page Down go. */
const PAGE_ROWS = 10;

/**
 * What a key means in the list; undefined: nothing, the browser shall have it.
 * @param current the row that has the focus
 */
export function actionOfKey(
  event: PressedKey,
  rows: readonly TreeRow[],
  current: string | undefined,
): KeyAction | undefined {
  const at = rows.findIndex((row) => row.key === current);
  const row = rows[at];
  const { key, shiftKey: extend } = event;
  const mod = event.ctrlKey || event.metaKey;
  const go = (from: number, step: number): KeyAction | undefined => {
    const next = nextRow(rows, from, step);
    return next && { kind: 'go', key: next.key, extend };
  };
  if (event.altKey) return undefined;
  if (mod) {
    if (key === 'a') return { kind: 'choose-all' };
    if (key === ' ' && row) return { kind: 'toggle-chosen', key: row.key };
    if (key === 'Backspace' && row) return { kind: 'delete', key: row.key };
    return undefined;
  }
  switch (key) {
    case 'ArrowDown':
      return go(at + 1, 1);
    case 'ArrowUp':
      return go(at - 1, -1);
    case 'PageDown':
      return go(Math.min(at + PAGE_ROWS, rows.length - 1), -1);
    case 'PageUp':
      return go(Math.max(at - PAGE_ROWS, 0), 1);
    case 'Home':
      return go(0, 1);
    case 'End':
      return go(rows.length - 1, -1);
    case 'ArrowRight':
      return row && unfoldOrEnter(rows, at, row);
    case 'ArrowLeft':
      return row && foldOrLeave(rows, at, row);
    case 'Escape':
      return { kind: 'choose-none' };
    case 'F2':
      return row && { kind: 'rename', key: row.key };
    case 'Delete':
      return row && { kind: 'delete', key: row.key };
    default:
      return key.length === 1 && key !== ' ' ? { kind: 'type', letter: key } : undefined;
  }
}

/** The row itself or the next after it, in the direction of `step`, that can have the focus. */
function nextRow(rows: readonly TreeRow[], from: number, step: number): TreeRow | undefined {
  for (let index = from; index >= 0 && index < rows.length; index += step) {
    const row = rows[index];
    if (row && row.kind !== 'hint') return row;
  }
  return undefined;
}

function unfoldOrEnter(rows: readonly TreeRow[], at: number, row: TreeRow): KeyAction | undefined {
  if (row.kind !== 'folder' && row.kind !== 'group') return undefined;
  if (!row.open) return { kind: 'unfold', key: row.key };
  const inside = nextRow(rows, at + 1, 1);
  return inside && { kind: 'go', key: inside.key, extend: false };
}

function foldOrLeave(rows: readonly TreeRow[], at: number, row: TreeRow): KeyAction | undefined {
  if ((row.kind === 'folder' || row.kind === 'group') && row.open) {
    return { kind: 'fold', key: row.key };
  }
  const level = levelOf(row);
  for (let index = at - 1; index >= 0; index -= 1) {
    const above = rows[index];
    if (above && above.kind !== 'hint' && levelOf(above) < level) {
      return { kind: 'go', key: above.key, extend: false };
    }
  }
  return undefined;
}

/** How deep a row lies: 0 for groups, 1 for what lies directly in them. */
export function levelOf(row: TreeRow): number {
  if (row.kind === 'group') return 0;
  return row.kind === 'file' || row.kind === 'folder' ? row.depth + 1 : 1;
}

/** What a row is looked for by when somebody types. */
export function textOfRow(row: TreeRow): string {
  switch (row.kind) {
    case 'group':
      return row.node.group.title;
    case 'folder':
      return row.node.name;
    case 'file':
      return row.base;
    default:
      return '';
  }
}

/** A pause of this length begins a new word, milliseconds. */
const WORD_PAUSE_MS = 700;

/** Finds rows by the letters that are typed quickly one after the other. */
export function createTypeAhead(now: () => number) {
  let word = '';
  let last = Number.NEGATIVE_INFINITY;
  return {
    /** Another key ends the word. */
    reset() {
      word = '';
    },
    /** The next row after the current one whose text begins so; the same letter again leads on. */
    find(
      letter: string,
      rows: readonly TreeRow[],
      current: string | undefined,
    ): TreeRow | undefined {
      const time = now();
      word = time - last > WORD_PAUSE_MS ? '' : word;
      last = time;
      word += letter.toLowerCase();
      const repeated = [...word].every((other) => other === word[0]);
      const wanted = repeated ? word.slice(0, 1) : word;
      const at = rows.findIndex((row) => row.key === current);
      // While a word goes on, the row found for its beginning is still the first candidate.
      const from = wanted.length > 1 ? Math.max(0, at) : at + 1;
      const ordered = [...rows.slice(from), ...rows.slice(0, from)];
      return ordered.find((row) => textOfRow(row).toLowerCase().startsWith(wanted));
    },
  };
}
