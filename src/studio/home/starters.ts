import { type Starter, starters } from 'virtual:starters';
import { PeerServerError } from '../../protocol/errors.ts';

export type { Starter } from 'virtual:starters';
export { starters };

/**
 * Fetches a starter's zip.
 * @throws PeerServerError signaling-failed when it does not come; an AbortError when the signal aborts
 */
export async function fetchStarter({ zip, title }: Starter, signal: AbortSignal): Promise<Blob> {
  const response = await fetch(zip, { signal });
  if (response.ok) return response.blob();
  const message = `“${title}” could not be loaded (status ${response.status}). Reload this page and try again.`;
  throw new PeerServerError('signaling-failed', message);
}
