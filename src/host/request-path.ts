/** What the path of a request asks for, after decoding. */
export type RequestPath =
  | {
      readonly ok: true;
      /** Decoded parts, none of them empty, `.`, `..` or with a separator; `[]` is the root. */
      readonly segments: readonly string[];
      /** True when the path ended with `/`. */
      readonly directory: boolean;
      /** The query with its `?`, or nothing. */
      readonly query: string;
    }
  | { readonly ok: false; readonly status: 400 | 404; readonly message: string };

/**
 * Reads a request's target once, for everybody: path parts are divided first and decoded after that, so an
 * encoded separator never divides anything. Targets that could mean a place outside the site to anybody
 * (`..`, `%2e%2e`, `%2f`, `%5c`, `%00`) are refused rather than repaired.
 * @param target origin form, e.g. `/photos/a%20b.jpg?size=2`
 */
export function parseRequestPath(target: string): RequestPath {
  const queryStart = target.indexOf('?');
  const path = queryStart === -1 ? target : target.slice(0, queryStart);
  const query = queryStart === -1 ? '' : target.slice(queryStart);
  if (!path.startsWith('/') || path.includes('#')) return refuse('The address is not a path.');
  const raw = path.slice(1).split('/');
  const directory = raw.at(-1) === '';
  if (directory) raw.pop();
  const segments: string[] = [];
  for (const part of raw) {
    const segment = decode(part);
    if (segment === undefined) return refuse('The address has a percent sign that is no code.');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: NUL ends names in the system calls below Node.
    if (/[/\\\u0000]/.test(segment) || segment === '.' || segment === '..') {
      return refuse('The address has a part that no file name can be.');
    }
    segments.push(segment);
  }
  if (segments.includes('')) {
    return { ok: false, status: 404, message: 'The address has an empty part.' };
  }
  return { ok: true, segments, directory, query };
}

function decode(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    // URIError: a percent sign without two hex digits, or bytes that are no UTF-8.
    return undefined;
  }
}

function refuse(message: string): RequestPath {
  return { ok: false, status: 400, message };
}

/**
 * True for names that are kept from visitors because people forget that they are there: `.git`, `.env`,
 * `.DS_Store`. `.well-known` is for visitors (RFC 8615).
 */
export function isHidden(segments: readonly string[]): boolean {
  return segments.some((segment) => segment.startsWith('.') && segment !== '.well-known');
}
