import type { HeaderList } from '../../../protocol/http-message.ts';
import { parseCacheControl } from './cache-control.ts';

/**
 * Speak of the stored body, or identify it; a 304 comes without one and must not change them (RFC 9111, 3.2).
 */
const OF_THE_BODY = new Set([
  'content-encoding',
  'content-length',
  'content-md5',
  'content-range',
  'etag',
]);

/** What is kept of an answer's headers: those that `no-cache` names would have to be asked for each time. */
export function storableHeaders(headers: HeaderList): HeaderList {
  const listed = parseCacheControl(headers).get('no-cache');
  if (typeof listed !== 'string') return headers;
  const left = new Set(listed.split(',').map((name) => name.trim().toLowerCase()));
  return headers.filter(([name]) => !left.has(name));
}

/**
 * The stored headers brought up to date by those of a 304 (RFC 9111, 4.3.4).
 * @param receivedAt when the 304 came, in ms since 1970
 */
export function updateHeaders(
  stored: HeaderList,
  update: HeaderList,
  receivedAt: number,
): HeaderList {
  const fresh = storableHeaders(update).filter(([name]) => !OF_THE_BODY.has(name));
  const replaced = new Set(fresh.map(([name]) => name));
  // An age that was reckoned before the validation is over with it, and so is the date (RFC 9110, 6.6.1).
  replaced.add('age');
  return [
    ...stored
      .filter(([name]) => !replaced.has(name))
      .map(([name, value]) =>
        name === 'date'
          ? ([name, new Date(receivedAt).toUTCString()] as const)
          : ([name, value] as const),
      ),
    ...fresh,
  ];
}

/** The same fields in the same order. */
export function equalHeaders(one: HeaderList, other: HeaderList): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
