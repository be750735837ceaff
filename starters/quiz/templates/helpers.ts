/** Functions that templates can call. */

/** `{{points 2}}`: 2 points */
export function points(count: number): string {
  return count === 1 ? '1 point' : `${count} points`;
}
