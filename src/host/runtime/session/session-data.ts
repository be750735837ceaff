/** What a session may hold, and how it is kept. */
import { SiteError } from '../errors/site-error.ts';
import { RUNTIME_LIMITS, type RuntimeLimits } from '../limits.ts';

const HINT =
  'A session holds text, numbers, true and false, null, lists and plain objects of these. Keep the rest in the database and its id in the session.';

/**
 * A session's contents as JSON. Properties that are undefined are left out.
 * Throws SiteError for contents that would not come back as they are, and for too much of them.
 */
export function sessionText(
  session: Readonly<Record<string, unknown>>,
  limits: RuntimeLimits = RUNTIME_LIMITS,
): string {
  check(session, 'session', []);
  const text = JSON.stringify(session);
  const bytes = new TextEncoder().encode(text).length;
  if (bytes > limits.sessionBytes) {
    throw new SiteError(
      `The session holds ${bytes} bytes; at most ${limits.sessionBytes} are possible.`,
      { hint: 'Keep large or growing lists in the database, and only their id in the session.' },
    );
  }
  return text;
}

/** @param path how the value is reached: `session.cart[0]` */
function check(value: unknown, path: string, around: readonly unknown[]): void {
  switch (typeof value) {
    case 'string':
    case 'boolean':
    case 'undefined':
      return;
    case 'number':
      if (Number.isFinite(value)) return;
      throw refusal(path, `is ${value}`, Number.isNaN(value) ? nanHint(path) : HINT);
    case 'object':
      break;
    default:
      throw refusal(path, `is a ${typeof value}`);
  }
  if (value === null) return;
  if (around.includes(value)) throw refusal(path, 'holds itself');
  if (around.length > 100) throw refusal(path, 'lies too deep');
  const inside = [...around, value];
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) check(item, `${path}[${index}]`, inside);
    return;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (around.length > 0 && prototype !== null && prototype !== Object.prototype) {
    const isThenable = typeof Reflect.get(value, 'then') === 'function';
    const { name } = value.constructor ?? {};
    throw refusal(
      path,
      isThenable ? 'is a promise: an `await` is missing' : `is a ${name || 'object of a class'}`,
    );
  }
  for (const key of Object.keys(value)) check(Reflect.get(value, key), `${path}.${key}`, inside);
}

function refusal(path: string, what: string, hint = HINT): SiteError {
  return new SiteError(`\`${path}\` ${what}, which cannot be kept in a session.`, { hint });
}

/** Where it comes from nearly always: counting what a new session does not have yet. */
function nanHint(path: string): string {
  return `A calculation had no number to begin with. If it was not there yet: write \`(${path} ?? 0) + 1\`.`;
}

/** Contents as they were kept; empty when they are none. */
export function parseSession(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Rows of this table are ours, but the author can write to it, too: such a session begins anew.
    return {};
  }
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
