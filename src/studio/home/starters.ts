import { type Starter, starters } from 'virtual:starters';
import { PeerServerError } from '../../protocol/errors.ts';

export type { Starter } from 'virtual:starters';
export { starters };

/**
 * Fetches a starter's zip.
 * @throws PeerServerError signaling-failed when it does not come; an AbortError when the signal aborts
 */
export async function fetchStarter({ zip, title }: Starter, signal: AbortSignal): Promise<Blob> {
  const failed = (why: string, cause?: unknown) => {
    const message = `“${title}” could not be loaded (${why}). Reload this page and try again.`;
    return new PeerServerError('signaling-failed', message, { cause });
  };
  try {
    const response = await fetch(zip, { signal });
    if (!response.ok) throw failed(`status ${response.status}`);
    return await response.blob();
  } catch (thrown) {
    if (signal.aborted || thrown instanceof PeerServerError) throw thrown;
    throw failed('the signaling server does not answer', thrown);
  }
}
