/** Parameters that are shown; a query has at most as many as fit a target. */
const MAX_PAIRS = 100;

/** The parameters of a path with a query, decoded, in their order. */
export function queryPairs(target: string): readonly (readonly [name: string, value: string])[] {
  const start = target.indexOf('?');
  if (start === -1) return [];
  return [...new URLSearchParams(target.slice(start))].slice(0, MAX_PAIRS);
}
