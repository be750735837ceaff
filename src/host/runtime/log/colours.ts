/**
 * Text without the sequences that colour a terminal (`ESC [ 32 m`), which loggers of libraries write: neither the
 * studio nor the host's output shows colours. Takes time in proportion to the text, whatever is in it.
 */
export function withoutColours(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the sequences begin with one.
  return text.replace(/\u001b\[[\d;:]*m/g, '');
}
