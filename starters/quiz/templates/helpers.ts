/** Functions that templates can call. */

/** `{{points 2}}`: 2 points */
export function points(count: number): string {
  return count === 1 ? '1 point' : `${count} points`;
}

/** `{{breakable address}}`: an address that is too long for its line goes on in the next before a dot or the port. */
export function breakable(address: string): { toHTML(): string } {
  // Handlebars escapes what a function returns, unless it has toHTML. In an origin there is nothing to be escaped.
  return { toHTML: () => address.replaceAll(/\.|:(?=\d)/g, '<wbr>$&') };
}
