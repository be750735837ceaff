/** Moving through the grid by keys. Row -1 is the header, column 0 the boxes that select rows. */

export interface Position {
  readonly row: number;
  readonly column: number;
}

export interface GridSize {
  readonly rows: number;
  readonly columns: number;
}

/** What a key means; undefined: nothing to the grid. */
export type GridMove =
  | { readonly kind: 'to'; readonly position: Position }
  | { readonly kind: 'page'; readonly pages: 1 | -1 };

/** The parts of a keyboard event that matter. */
export interface GridKey {
  readonly key: string;
  readonly ctrl: boolean;
}

/** Where a key leads from a position. */
export function moveBy(
  { key, ctrl }: GridKey,
  from: Position,
  size: GridSize,
): GridMove | undefined {
  const to = (row: number, column: number): GridMove => ({
    kind: 'to',
    position: within({ row, column }, size),
  });
  const { row, column } = from;
  const lastRow = size.rows - 1;
  const lastColumn = size.columns - 1;
  switch (key) {
    case 'ArrowUp':
      return to(ctrl ? 0 : row - 1, column);
    case 'ArrowDown':
      return to(ctrl ? lastRow : row + 1, column);
    case 'ArrowLeft':
      return to(row, ctrl ? 0 : column - 1);
    case 'ArrowRight':
      return to(row, ctrl ? lastColumn : column + 1);
    case 'Home':
      return to(ctrl ? 0 : row, 0);
    case 'End':
      return to(ctrl ? lastRow : row, lastColumn);
    case 'PageDown':
      return { kind: 'page', pages: 1 };
    case 'PageUp':
      return { kind: 'page', pages: -1 };
    default:
      return undefined;
  }
}

/** The nearest position that there is. */
export function within({ row, column }: Position, { rows, columns }: GridSize): Position {
  return {
    row: Math.max(-1, Math.min(row, rows - 1)),
    column: Math.max(0, Math.min(column, columns - 1)),
  };
}
