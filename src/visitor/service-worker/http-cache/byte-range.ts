import type { ResponseHead } from '../../../protocol/http-message.ts';

/** The part of a body that a `Range` asks for; `end` is the first byte behind it. */
export interface BodyPart {
  readonly start: number;
  readonly end: number;
}

/**
 * Reads a `Range` of one part for a body of `size` bytes (RFC 9110, 14.1.2).
 * @returns undefined for what only the host can answer: several parts, other units, parts that do not exist
 */
export function readRange(range: string, size: number): BodyPart | undefined {
  const match = /^\s*bytes\s*=\s*(\d*)\s*-\s*(\d*)\s*$/i.exec(range);
  const [, first = '', last = ''] = match ?? [];
  if (first === '') {
    const length = Math.min(Number(last), size);
    return length > 0 ? { start: size - length, end: size } : undefined;
  }
  const start = Number(first);
  const end = last === '' ? size : Math.min(Number(last) + 1, size);
  return start < end ? { start, end } : undefined;
}

/** The head of an answer with only this part of a complete one (RFC 9110, 15.3.7). */
export function partialHead(head: ResponseHead, size: number, part: BodyPart): ResponseHead {
  return {
    status: 206,
    headers: [
      ...head.headers.filter(([name]) => name !== 'content-length' && name !== 'content-range'),
      ['content-length', String(part.end - part.start)],
      ['content-range', `bytes ${part.start}-${part.end - 1}/${size}`],
    ],
  };
}
