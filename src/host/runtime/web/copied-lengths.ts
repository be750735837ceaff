/** Lengths that answers from elsewhere said, to know them again in the headers of the author's own answers. */

/** How many of them are remembered; a copy is made soon after. */
const MAX_REMEMBERED = 1_000;

/** Those that were said last stand last. */
const remembered = new Set<number>();

/** The one length that headers say; undefined when they say none, or what is no length. */
export function saidLength(headers: Headers): number | undefined {
  const value = headers.get('content-length');
  return value !== null && /^\d{1,15}$/.test(value) ? Number(value) : undefined;
}

/** Keeps in mind what an answer of a server, or of the host, says. */
export function rememberLength(headers: Headers): void {
  const length = saidLength(headers);
  if (length === undefined) return;
  remembered.delete(length);
  remembered.add(length);
  if (remembered.size <= MAX_REMEMBERED) return;
  for (const oldest of remembered) {
    remembered.delete(oldest);
    break;
  }
}

/**
 * Whether the length was probably copied with the other fields of an answer from elsewhere, onto a body that the
 * author's code has changed on the way. There are too many ways to copy headers to follow them. An author who means
 * that very number loses the length, which harms nobody; a copied one would break a good answer off.
 */
export function isCopiedLength(length: number): boolean {
  return remembered.has(length);
}
