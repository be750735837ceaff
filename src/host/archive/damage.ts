import { PeerServerError } from '../../protocol/errors.ts';

/**
 * An archive that is refused.
 * @param problem what is wrong with it, as a sentence that ends with a stop
 */
export function refusedArchive(problem: string, cause?: unknown): PeerServerError {
  return new PeerServerError('bad-input', `${problem} Nothing was changed.`, { cause });
}

/** An archive whose bytes make no sense. */
export function damagedArchive(detail: string, cause?: unknown): PeerServerError {
  const text = `This archive is damaged (${detail}). Get it once more, or make it anew.`;
  return refusedArchive(text, cause);
}
