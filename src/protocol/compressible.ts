/** Which answers are worth compressing on the link (G2). */
import { type HeaderList, headerValue } from './http-message.ts';

/**
 * Below this many bytes an answer is two packets at most, and the fraction of a millisecond that compressing
 * takes at both ends is not won back.
 */
export const MIN_COMPRESSED_BYTES = 2048;

/** Types outside `text/` whose bytes shrink; those ending in `+json` or `+xml` do, too. */
const COMPRESSIBLE = new Set([
  'application/ecmascript',
  'application/javascript',
  'application/json',
  'application/manifest+json',
  'application/rtf',
  'application/vnd.ms-fontobject',
  'application/wasm',
  'application/x-javascript',
  'application/x-ndjson',
  'application/xml',
  'font/collection',
  'font/otf',
  'font/ttf',
  'image/bmp',
  'image/svg+xml',
  'image/vnd.microsoft.icon',
  'image/x-icon',
]);

/** Whether bytes of this `content-type` shrink. Event streams would, but must never wait for more (G2). */
export function isCompressibleType(contentType: string): boolean {
  const [essence = ''] = contentType.split(';');
  const type = essence.trim().toLowerCase();
  if (type.startsWith('text/')) return type !== 'text/event-stream';
  return COMPRESSIBLE.has(type) || type.endsWith('+json') || type.endsWith('+xml');
}

/**
 * Whether an answer with these headers may be compressed, its length aside: it has a compressible type, is not
 * encoded already, and is no part of something.
 */
export function isCompressible(status: number, headers: HeaderList): boolean {
  if (status === 206) return false;
  const type = headerValue(headers, 'content-type');
  if (type === undefined || !isCompressibleType(type)) return false;
  const encoding = headerValue(headers, 'content-encoding');
  return encoding === undefined || encoding.trim().toLowerCase() === 'identity';
}
