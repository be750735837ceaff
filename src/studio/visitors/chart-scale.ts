/** Steps of an axis, times powers of ten: numbers that people read at a glance. */
const STEPS = [1, 2, 5, 10] as const;

/**
 * The top of an axis: a round number that is not below the value.
 * @param least what it is for values near zero, so that a single request does not fill the chart
 */
export function roundTop(value: number, least: number): number {
  if (value <= least) return least;
  const power = 10 ** Math.floor(Math.log10(value));
  const step = STEPS.find((one) => one * power >= value) ?? 10;
  return step * power;
}

/**
 * An SVG path through values, one unit apart from left to right, from `height` at 0 up to 0 at `top`.
 * @param top of the axis, above 0
 */
export function linePath(values: readonly number[], top: number, height: number): string {
  return values
    .map((value, index) => {
      const y = height - (Math.min(value, top) / top) * height;
      return `${index === 0 ? 'M' : 'L'}${index} ${Number(y.toFixed(2))}`;
    })
    .join('');
}

/** The same line closed along the bottom, to be filled. */
export function areaPath(values: readonly number[], top: number, height: number): string {
  if (values.length === 0) return '';
  return `${linePath(values, top, height)}L${values.length - 1} ${height}L0 ${height}Z`;
}
