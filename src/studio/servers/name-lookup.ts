import { parseSiteName, type SiteName } from '../../address/site-name.ts';
import { PeerServerError } from '../../protocol/errors.ts';
import type { NameAvailability } from './name-check.ts';

/**
 * Asks the signaling server whether a name can be had.
 * @throws PeerServerError `signaling-failed` when it does not answer as expected
 */
export async function lookUpAtServer(
  name: SiteName,
  signal: AbortSignal,
): Promise<NameAvailability> {
  const response = await fetch(`/.peerserver/names/${name}`, { signal });
  if (!response.ok) {
    const message = `The signaling server answered with status ${response.status}. Try again later.`;
    throw new PeerServerError('signaling-failed', message);
  }
  return parseAvailability(await response.json());
}

/**
 * Reads the server's answer, `{ state: 'free' | 'taken' | 'invalid', message?, suggestion? }`.
 * @throws PeerServerError `bad-input`
 */
export function parseAvailability(json: unknown): NameAvailability {
  const fields = typeof json === 'object' && json !== null ? (json as Record<string, unknown>) : {};
  const { state, message, suggestion } = fields;
  if (state !== 'free' && state !== 'taken' && state !== 'invalid') {
    throw new PeerServerError('bad-input', 'The signaling server gave an unknown answer.');
  }
  const suggested = typeof suggestion === 'string' ? parseSiteName(suggestion) : undefined;
  return {
    available: state === 'free',
    ...(typeof message === 'string' ? { message } : {}),
    ...(suggested?.ok ? { suggestion: suggested.name } : {}),
  };
}
