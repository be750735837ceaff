/**
 * The same text with memory of its own. Engines make a part of a text point into the whole: what is kept of a
 * large request would keep all of it, which no limit of what is kept counts.
 * @param text bytes as characters, at most some thousand
 */
export function detached(text: string): string {
  return String.fromCharCode(...Array.from(text, (character) => character.charCodeAt(0)));
}
