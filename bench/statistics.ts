/** What is said of a set of measured values. */

/** A distribution in a few numbers, in the unit of its values. */
export interface Summary {
  readonly count: number;
  readonly min: number;
  readonly lowerQuartile: number;
  readonly median: number;
  readonly upperQuartile: number;
  readonly p95: number;
  readonly max: number;
}

/**
 * The value below which `share` (0 to 1) of the values lie, interpolated between neighbours as most
 * statistics programs do by default (type 7 of Hyndman and Fan). Throws RangeError for no values, for
 * values that are no finite numbers, and for a share outside 0 to 1.
 */
export function percentile(values: readonly number[], share: number): number {
  if (values.length === 0) throw new RangeError('There is no percentile of no values.');
  if (!values.every(Number.isFinite)) throw new RangeError('Every value must be a finite number.');
  if (!(share >= 0 && share <= 1)) throw new RangeError('A share lies between 0 and 1.');
  const sorted = [...values].sort((a, b) => a - b);
  const position = share * (sorted.length - 1);
  const below = sorted[Math.floor(position)] ?? 0;
  const above = sorted[Math.ceil(position)] ?? 0;
  return below + (above - below) * (position - Math.floor(position));
}

/** The middle value, or the mean of the two in the middle. Throws like `percentile`. */
export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** Throws like `percentile`. */
export function summarize(values: readonly number[]): Summary {
  return {
    count: values.length,
    min: percentile(values, 0),
    lowerQuartile: percentile(values, 0.25),
    median: median(values),
    upperQuartile: percentile(values, 0.75),
    p95: percentile(values, 0.95),
    max: percentile(values, 1),
  };
}
