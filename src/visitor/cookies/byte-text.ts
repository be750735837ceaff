/** Texts of pages and texts of header fields: the same bytes, written as Unicode and as one character each. */

const encoder = new TextEncoder();
// What is not UTF-8 shows as replacement characters, as in browsers.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Unicode as the bytes of its UTF-8, one character each. */
export function bytesOfText(text: string): string {
  return isAscii(text) ? text : Array.from(encoder.encode(text), toCharacter).join('');
}

/** The text that bytes stand for, one character each. */
export function textOfBytes(bytes: string): string {
  if (isAscii(bytes)) return bytes;
  return decoder.decode(Uint8Array.from(bytes, (character) => character.charCodeAt(0)));
}

function toCharacter(byte: number): string {
  return String.fromCharCode(byte);
}

function isAscii(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is what it asks for.
  return /^[\x00-\x7f]*$/.test(text);
}
