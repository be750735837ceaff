/** Reads what a sandbox says on its control port. All of it is hostile input. */
import type { RuntimeMessage } from '../runtime/messages.ts';

/** Longest text of a message, in characters; the rest is cut off. A page of log is a few thousand. */
export const MAX_LOG_TEXT = 16 * 1024;
/** Longest stack, in characters: engines give ten frames, with long addresses. */
export const MAX_STACK = 32 * 1024;
/** Longest name of a file, handler or error, in characters. */
const MAX_NAME = 1_024;

const LEVELS = ['debug', 'info', 'warn', 'error'] as const;

/** The message with all texts cut to size, or undefined for what is none. */
export function parseRuntimeMessage(value: unknown): RuntimeMessage | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const fields = value as Record<string, unknown>;
  const request = numberOf(fields.request);
  switch (fields.kind) {
    case 'ready':
      return { kind: 'ready' };
    case 'failed':
      return {
        kind: 'failed',
        text: textOf(fields.text, MAX_LOG_TEXT) ?? '',
        stack: textOf(fields.stack, MAX_STACK) ?? '',
      };
    case 'running': {
      const handler = textOf(fields.handler, MAX_NAME);
      if (request === undefined || handler === undefined) return undefined;
      return { kind: 'running', request, handler };
    }
    case 'log': {
      const level = LEVELS.find((known) => known === fields.level);
      const text = textOf(fields.text, MAX_LOG_TEXT);
      if (level === undefined || text === undefined) return undefined;
      const stack = textOf(fields.stack, MAX_STACK);
      const from = textOf(fields.from, MAX_STACK);
      const hint = textOf(fields.hint, MAX_NAME);
      const place = placeOf(fields.place);
      const handler = textOf(fields.handler, MAX_NAME);
      return {
        kind: 'log',
        level,
        text,
        ...(stack === undefined ? {} : { stack }),
        ...(from === undefined ? {} : { from }),
        ...(place ? { place } : {}),
        ...(hint === undefined ? {} : { hint }),
        ...(handler === undefined ? {} : { handler }),
        ...(request === undefined ? {} : { request }),
      };
    }
    case 'error':
      return errorOf(fields, request);
    default:
      return undefined;
  }
}

function errorOf(
  fields: Record<string, unknown>,
  request: number | undefined,
): RuntimeMessage | undefined {
  const text = textOf(fields.text, MAX_LOG_TEXT);
  if (text === undefined) return undefined;
  const place = placeOf(fields.place);
  const hint = textOf(fields.hint, MAX_NAME);
  const handler = textOf(fields.handler, MAX_NAME);
  return {
    kind: 'error',
    name: textOf(fields.name, MAX_NAME) ?? 'Error',
    text,
    stack: textOf(fields.stack, MAX_STACK) ?? '',
    ...(place ? { place } : {}),
    ...(hint === undefined ? {} : { hint }),
    ...(handler === undefined ? {} : { handler }),
    ...(request === undefined ? {} : { request }),
  };
}

type Place = NonNullable<Extract<RuntimeMessage, { kind: 'error' }>['place']>;

function placeOf(value: unknown): Place | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const fields = value as Record<string, unknown>;
  const file = textOf(fields.file, MAX_NAME);
  if (file === undefined) return undefined;
  const line = numberOf(fields.line);
  const column = numberOf(fields.column);
  return {
    file,
    ...(line === undefined ? {} : { line }),
    ...(column === undefined ? {} : { column }),
  };
}

function textOf(value: unknown, max: number): string | undefined {
  if (typeof value !== 'string') return undefined;
  return value.length > max ? `${value.slice(0, max)}…` : value;
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}
