import type { Text } from '@codemirror/state';

/** One change that turns a text into another, leaving alone what both begin and end with. */
export function smallestChange(
  from: Text,
  to: Text,
): { readonly from: number; readonly to: number; readonly insert: Text } | undefined {
  if (from.eq(to)) return undefined;
  const [a, b] = [from.toString(), to.toString()];
  const most = Math.min(a.length, b.length);
  let start = 0;
  while (start < most && a.charCodeAt(start) === b.charCodeAt(start)) start++;
  let end = 0;
  while (
    end < most - start &&
    a.charCodeAt(a.length - 1 - end) === b.charCodeAt(b.length - 1 - end)
  )
    end++;
  return { from: start, to: a.length - end, insert: to.slice(start, b.length - end) };
}
