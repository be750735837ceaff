/** What is typed after an option, read strictly. Each throws commander's error for a bad argument. */
import { InvalidArgumentError } from 'commander';

/** A TCP port; 0 lets the system choose. */
export function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) {
    throw new InvalidArgumentError('A port is a number from 0 to 65535.');
  }
  return port;
}

/** Seconds, more than none. @returns milliseconds */
export function parseSeconds(text: string): number {
  const seconds = Number(text);
  // Beyond 2^31 ms a timer of Node would fire at once.
  if (text.trim() === '' || !(seconds > 0) || seconds * 1000 >= 2 ** 31) {
    throw new InvalidArgumentError('Give seconds, as a number above 0.');
  }
  return seconds * 1000;
}

/** An http(s) address. */
export function parseHttpUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new InvalidArgumentError('Give an address that begins with http:// or https://.');
  }
  return url;
}

/** The address of a whole deployment: nothing after the host and port. */
export function parseOrigin(text: string): URL {
  const url = parseHttpUrl(text);
  if (url.pathname !== '/' || url.search || url.hash || url.username) {
    throw new InvalidArgumentError('Give scheme, host and port only, e.g. https://peer.example.');
  }
  return url;
}

/** A domain, with a port if it is not the scheme's own. */
export function parseDomain(text: string): string {
  const domain = text.toLowerCase();
  const label = '[a-z0-9]([a-z0-9-]*[a-z0-9])?';
  if (!new RegExp(`^${label}(\\.${label})*(:\\d{1,5})?$`).test(domain)) {
    throw new InvalidArgumentError('Give a domain, e.g. sites.example or localhost:8890.');
  }
  return domain;
}

/** For options that may be given several times: an ICE server of the given schemes. */
export function collectIceUrls(...schemes: readonly string[]) {
  return (text: string, earlier: readonly string[] = []): readonly string[] => {
    if (
      !schemes.some((scheme) => text.startsWith(`${scheme}:`) && text.length > scheme.length + 1)
    ) {
      throw new InvalidArgumentError(
        `It must begin with ${schemes.map((s) => `${s}:`).join(' or ')}`,
      );
    }
    return [...earlier, text];
  };
}

/** A request header as typed, `Name: value`, added to the earlier ones. */
export function collectHeader(
  text: string,
  earlier: readonly (readonly [string, string])[] = [],
): readonly (readonly [string, string])[] {
  const match = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\r\n\0]*?)[ \t]*$/.exec(text);
  const [, name, value] = match ?? [];
  if (name === undefined || value === undefined) {
    throw new InvalidArgumentError('A header looks like "Name: value".');
  }
  return [...earlier, [name.toLowerCase(), value]];
}

/** A request method, in upper case. */
export function parseMethod(text: string): string {
  if (!/^[A-Za-z]{1,32}$/.test(text))
    throw new InvalidArgumentError('A method is a word, e.g. PUT.');
  return text.toUpperCase();
}
