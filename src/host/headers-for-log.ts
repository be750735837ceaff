import type { HeaderList } from '../protocol/http-message.ts';

/**
 * What the log keeps of a message's header fields, in characters of names and values: all of an ordinary
 * message. A visitor may send 48 KiB, and thousands of requests are kept.
 */
export const MAX_LOGGED_HEADER_CHARACTERS = 4_000;
/** Fields without names or values would cost nothing by the rule above. */
export const MAX_LOGGED_HEADERS = 100;

/** The first header fields, as many as the log keeps; the one that is too long is cut and ends in `…`. */
export function headersForLog(headers: HeaderList): HeaderList {
  let room = MAX_LOGGED_HEADER_CHARACTERS;
  const kept: (readonly [string, string])[] = [];
  for (const [name, value] of headers) {
    if (kept.length === MAX_LOGGED_HEADERS) return kept;
    room -= name.length + value.length;
    if (room < 0) {
      // The name of a field that is too long itself tells nothing.
      const left = value.length + room;
      return left > 0 ? [...kept, [name, `${copied(value.slice(0, left))}…`]] : kept;
    }
    kept.push([name, value]);
  }
  return headers;
}

/** A piece that engines do not keep as a view of the whole text, which would stay in memory with it. */
function copied(piece: string): string {
  return new TextDecoder().decode(new TextEncoder().encode(piece));
}
