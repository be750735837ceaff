/** Tells the author of what was thrown. */
import { RUNTIME_LIMITS } from '../limits.ts';
import { withoutColours } from '../log/colours.ts';
import { formatValue } from '../log/format-value.ts';
import { type RuntimeMessage, SITE_SOURCE } from '../messages.ts';
import { likelyCause } from './likely-cause.ts';
import { SiteError } from './site-error.ts';

/** Name of the errors that the compiler puts in the place of a broken file (`compile/compile-problem.ts`). */
const COMPILE_ERROR = 'CompileError';

/** Whom an error belongs to, where that is known. */
export interface ErrorOwner {
  readonly request?: number;
  readonly handler?: string;
}

/** What the host is told of an error beside its text. */
export type ErrorDetail = Pick<
  Extract<RuntimeMessage, { kind: 'error' }>,
  'stack' | 'place' | 'hint'
>;

/**
 * Stack, place and likely cause of something that was thrown.
 * @param siteUrl address of the compiled site's module, which engines write into stacks
 */
export function errorDetail(thrown: unknown, siteUrl: string | undefined): ErrorDetail {
  const hint = likelyCause(thrown);
  const place = placeOf(thrown);
  return {
    stack: stackOf(thrown, siteUrl),
    ...(place ? { place } : {}),
    ...(hint === undefined ? {} : { hint }),
  };
}

/**
 * The message about something that was thrown, whatever it is.
 * @param siteUrl address of the compiled site's module, which engines write into stacks
 */
export function errorMessage(
  thrown: unknown,
  owner: ErrorOwner,
  siteUrl: string | undefined,
): Extract<RuntimeMessage, { kind: 'error' }> {
  const text = thrown instanceof Error ? thrown.message : `Thrown: ${formatValue(thrown)}`;
  return {
    kind: 'error',
    name: thrown instanceof Error ? String(thrown.name).slice(0, 100) : 'Error',
    text: withoutColours(text).slice(0, RUNTIME_LIMITS.logCharacters),
    ...errorDetail(thrown, siteUrl),
    ...(owner.handler === undefined ? {} : { handler: owner.handler }),
    ...(owner.request === undefined ? {} : { request: owner.request }),
  };
}

/** Where it is known without a stack: of our own errors, and of a file that could not be compiled. */
function placeOf(thrown: unknown): SiteError['place'] {
  if (thrown instanceof SiteError) return thrown.place;
  if (!(thrown instanceof Error) || thrown.name !== COMPILE_ERROR) return undefined;
  return (thrown as { readonly place?: SiteError['place'] }).place;
}

/**
 * An error's stack as the engine made it, those of its causes behind it, with the module of the site named
 * `SITE_SOURCE`. Empty for what has none.
 */
export function stackOf(thrown: unknown, siteUrl: string | undefined): string {
  const parts: string[] = [];
  const seen = new Set<unknown>();
  let current = thrown;
  while (current instanceof Error && !seen.has(current)) {
    seen.add(current);
    parts.push(typeof current.stack === 'string' ? current.stack : '');
    current = current.cause;
  }
  const stack = parts.join('\nCaused by: ');
  const named = siteUrl === undefined ? stack : stack.replaceAll(siteUrl, SITE_SOURCE);
  return named.slice(0, RUNTIME_LIMITS.stackCharacters);
}
