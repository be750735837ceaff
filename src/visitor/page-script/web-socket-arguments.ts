/** What the WebSocket constructor and `close` take, checked as the WebSockets standard has it. */
import { CLOSE_REASON_BYTES } from '../bridge/socket-messages.ts';

/** A token of HTTP (RFC 9110, 5.6.2). */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/i;

const SCHEMES: Record<string, string> = { 'http:': 'ws:', 'https:': 'wss:' };

/**
 * The address that a WebSocket connects to.
 * @param base a relative `url` begins here
 * @returns undefined for what no WebSocket can connect to
 */
export function socketUrl(url: string, base: string): URL | undefined {
  let parsed: URL;
  try {
    parsed = new URL(url, base);
    // A setter of the URL refuses to go from one of these schemes to the other only for odd ports.
    const scheme = SCHEMES[parsed.protocol];
    if (scheme !== undefined) parsed = new URL(parsed.href.replace(/^https?:/, scheme));
  } catch {
    return undefined;
  }
  const isSocket = parsed.protocol === 'ws:' || parsed.protocol === 'wss:';
  // An empty fragment is one, too, but leaves no trace in `hash`.
  return isSocket && !parsed.href.includes('#') ? parsed : undefined;
}

/** The second argument of the constructor as a list of strings. Throws what its conversions throw. */
export function protocolList(protocols: unknown): string[] {
  if (protocols === undefined) return [];
  if (typeof protocols === 'object' && protocols !== null && Symbol.iterator in protocols) {
    return Array.from(protocols as Iterable<unknown>, (one) => `${one}`);
  }
  return [`${protocols}`];
}

/** Whether these can be asked for: tokens, each once. */
export function areProtocols(protocols: readonly string[]): boolean {
  return (
    new Set(protocols).size === protocols.length && protocols.every((name) => TOKEN.test(name))
  );
}

/** Why `close` may not be called so: the name of a DOMException and its text, or undefined. */
export function closeFault(
  code: number | undefined,
  reason: string,
): readonly [name: string, message: string] | undefined {
  if (code !== undefined && code !== 1000 && (code < 3000 || code > 4999)) {
    const allowed = 'The close code must be 1000, or between 3000 and 4999.';
    return ['InvalidAccessError', `${allowed} ${code} is neither.`];
  }
  if (new TextEncoder().encode(reason).length > CLOSE_REASON_BYTES) {
    return ['SyntaxError', `The close reason must not be longer than ${CLOSE_REASON_BYTES} bytes.`];
  }
  return undefined;
}

/** A number as WebIDL's `[Clamp] unsigned short`. */
export function clampedShort(value: unknown): number {
  const number = Number(value);
  if (Number.isNaN(number)) return 0;
  const clamped = Math.min(Math.max(number, 0), 65_535);
  const below = Math.floor(clamped);
  const rest = clamped - below;
  // Halves go to the even neighbour.
  return rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below;
}
