/** What a route's function returned, as an answer. */

import { SiteError } from './errors/site-error.ts';
import { formatValue } from './log/format-value.ts';
import { SiteResponse } from './web/site-response.ts';

const HTML = { headers: { 'content-type': 'text/html; charset=utf-8' } };
const BYTES = { headers: { 'content-type': 'application/octet-stream' } };

/** Tells of what probably is a mistake. */
export type Warn = (text: string, hint: string) => void;

/**
 * A Response as it is, a string as HTML, an object as JSON, a stream or bytes as bytes, nothing as 204.
 * Throws SiteError, with a hint, for anything else.
 * @param warn tells the author of what is allowed and yet looks like a mistake
 */
export function asResponse(value: unknown, method: string, warn: Warn): Response {
  if (value instanceof Response) return value;
  switch (typeof value) {
    case 'string':
      if (value.includes('[object Promise]')) {
        warn(
          'The answer contains "[object Promise]".',
          'An `await` is missing before what makes the text.',
        );
      }
      return new SiteResponse(value, HTML);
    case 'undefined':
      if (method === 'GET') {
        warn(
          'The handler returned nothing, so the visitor gets an empty answer (204).',
          'Is a `return` missing before what shall be the answer?',
        );
      }
      return new SiteResponse(null, { status: 204 });
    case 'object':
      return value === null ? new SiteResponse(null, { status: 204 }) : objectResponse(value);
    case 'number':
    case 'boolean':
    case 'bigint':
      throw new SiteError(`The handler returned ${formatValue(value)}, which is no answer.`, {
        hint: 'Return a string, an object, or a Response. For a status: `new Response(text, { status: 404 })`; for a number as text: `String(value)`.',
      });
    default:
      throw new SiteError(`The handler returned a ${typeof value}, which is no answer.`, {
        hint: 'Return a string, an object, or a Response. Are the brackets of a call missing?',
      });
  }
}

function objectResponse(value: object): Response {
  if (value instanceof ReadableStream) return new SiteResponse(value, BYTES);
  if (value instanceof Blob) {
    return new SiteResponse(value, value.type === '' ? BYTES : {});
  }
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) {
    return new SiteResponse(value as ArrayBufferView<ArrayBuffer>, BYTES);
  }
  if (value instanceof Error) {
    throw new SiteError(`The handler returned an Error: ${value.message}`, {
      hint: 'Use `throw` for errors, and a Response for what visitors should see.',
      cause: value,
    });
  }
  return new SiteResponse(jsonText(value), {
    headers: { 'content-type': 'application/json' },
  });
}

/** Throws SiteError where a promise stands in the place of its value. */
export function jsonText(value: unknown): string {
  const path: { readonly holder: unknown; readonly key: string }[] = [];
  return JSON.stringify(value, function (this: unknown, key, item: unknown) {
    while (path.length > 0 && path.at(-1)?.holder !== this) path.pop();
    if (isThenable(item)) {
      const steps = [...path.slice(1).map((step) => step.key), key].join('.');
      throw new SiteError(`What the handler returned holds a promise at "${steps}".`, {
        hint: `An \`await\` is missing before what makes \`${key}\`.`,
      });
    }
    if (typeof item === 'object' && item !== null) path.push({ holder: item, key });
    return item;
  });
}

function isThenable(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return typeof Reflect.get(value, 'then') === 'function';
}
