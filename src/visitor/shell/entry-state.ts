/** What the shell keeps in its entries of the browser's history. */

export interface EntryState {
  /** Marks the entries that the shell has made or adopted. */
  readonly peerserver: true;
  /** The page's own `history.state`, when it was last looked at. */
  readonly state?: unknown;
  /** Where the page was scrolled when it was left, in CSS pixels. */
  readonly scroll?: readonly [x: number, y: number];
  /** What had led to the page. */
  readonly referrer?: string;
}

/**
 * The entry's state if it is one of the shell's, without what is not as the shell writes it: the site's scripts
 * can write there, too.
 * @param value a `history.state`
 */
export function readEntryState(value: unknown): EntryState | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { peerserver, state, scroll, referrer } = value as Readonly<Record<string, unknown>>;
  if (peerserver !== true) return undefined;
  const position = readPosition(scroll);
  return {
    peerserver,
    ...(state === undefined ? {} : { state }),
    ...(position ? { scroll: position } : {}),
    ...(typeof referrer === 'string' ? { referrer } : {}),
  };
}

function readPosition(value: unknown): readonly [number, number] | undefined {
  if (!Array.isArray(value) || value.length !== 2) return undefined;
  const [x, y]: readonly unknown[] = value;
  if (typeof x !== 'number' || typeof y !== 'number') return undefined;
  return Number.isFinite(x) && Number.isFinite(y) ? [x, y] : undefined;
}
