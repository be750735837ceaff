import type { HeaderList } from '../../../protocol/http-message.ts';

/** Directives by name in lower case; their argument without quotes, `true` if they have none. */
export type Directives = ReadonlyMap<string, string | true>;

/** One directive, its argument a token or a quoted string, up to the next comma (RFC 9111, 5.2). */
const DIRECTIVE = /^([!#$%&'*+.^_`|~0-9a-z-]+)(?:=(?:"((?:[^"\\]|\\.)*)"|([^\s"]*)))?$/i;
/** A list's member: commas within quotes do not end it. */
const MEMBER = /(?:[^",]|"(?:[^"\\]|\\.)*"?)+/g;

/**
 * The directives of all `cache-control` fields together. Malformed ones are left out; of repeated ones the
 * first counts (RFC 9111, 4.2.1).
 */
export function parseCacheControl(headers: HeaderList): Directives {
  const directives = new Map<string, string | true>();
  for (const [name, value] of headers) {
    if (name !== 'cache-control') continue;
    for (const [member] of value.matchAll(MEMBER)) {
      const match = DIRECTIVE.exec(member.trim());
      const directive = match?.[1]?.toLowerCase();
      if (directive === undefined || directives.has(directive)) continue;
      directives.set(directive, match?.[2] ?? match?.[3] ?? true);
    }
  }
  return directives;
}

/** A directive's argument in seconds; undefined when it has none that is a number. */
export function secondsOf(directives: Directives, name: string): number | undefined {
  const argument = directives.get(name);
  if (typeof argument !== 'string') return undefined;
  const seconds = Number.parseInt(argument, 10);
  return Number.isNaN(seconds) ? undefined : seconds;
}
