/** What the upper half of bytes means where an archive does not say: the code page of the first PCs. */
const CODE_PAGE_437 =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0';

/**
 * The name of an entry. Without the mark for UTF-8 it should be in code page 437; macOS writes UTF-8 without
 * the mark, so what can be UTF-8 is taken for it: text in the code page hardly ever can.
 * @returns undefined when it is marked as UTF-8 and is none
 */
export function entryName(bytes: Uint8Array, markedUtf8: boolean): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    // Not UTF-8.
    if (markedUtf8) return undefined;
  }
  return [...bytes]
    .map((byte) => (byte < 0x80 ? String.fromCharCode(byte) : CODE_PAGE_437.charAt(byte - 0x80)))
    .join('');
}
