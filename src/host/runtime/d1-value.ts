import type { SqlFailure, SqlValue } from '../database/database-messages.ts';

/**
 * What an author gives `bind`, as SQLite takes it.
 * @param index from 0
 * @returns the value, or why it is none
 */
export function toSqlValue(
  value: unknown,
  index: number,
): { value: SqlValue } | { failure: SqlFailure } {
  switch (typeof value) {
    case 'number':
    case 'bigint':
    case 'string':
      return { value };
    case 'boolean':
      return { value: value ? 1 : 0 };
    case 'undefined':
      return refused(
        index,
        'undefined',
        'A misspelt property or a missing form field is undefined. To store that there is nothing, give null.',
      );
    case 'object':
      break;
    default:
      return refused(
        index,
        `a ${typeof value}`,
        'Give a text, a number, a boolean, bytes or null.',
      );
  }
  if (value === null) return { value };
  // A copy in each case: what goes over must not be shared, and the author may go on using it.
  if (value instanceof ArrayBuffer) return { value: new Uint8Array(value).slice() };
  if (ArrayBuffer.isView(value)) {
    const copy = new Uint8Array(value.byteLength);
    copy.set(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
    return { value: copy };
  }
  if (value instanceof Date) {
    return refused(index, 'a Date', 'Give date.toISOString() or date.getTime().');
  }
  if (value instanceof Promise) return refused(index, 'a Promise', 'An await is missing.');
  return Array.isArray(value)
    ? refused(
        index,
        'an array',
        'Give its elements one by one: bind(...values). To store it as it is, give JSON.stringify(value).',
      )
    : refused(index, 'an object', 'To store it as it is, give JSON.stringify(value).');
}

function refused(index: number, what: string, hint: string): { failure: SqlFailure } {
  return {
    failure: {
      message: `Value ${index + 1} of the statement is ${what}, which SQLite cannot store.`,
      hint,
      code: 'SQLITE_MISMATCH',
      outcome: 'nothing',
    },
  };
}
