import { type Deployment, SIGNAL_PATH } from '../address/address.ts';
import { PeerServerError } from '../protocol/errors.ts';

/** What the signaling server tells the web app about itself. */
export interface StudioConfig {
  readonly deployment: Deployment;
  readonly version: string;
  /** Address of the signaling WebSocket, `ws:` or `wss:`. */
  readonly signalUrl: string;
}

const CONFIG_PATH = '/.peerserver/config.json';

/**
 * Asks the signaling server for its configuration.
 * @throws PeerServerError `signaling-failed` when it does not answer, or with something else
 */
export async function loadConfig(origin: string, signal: AbortSignal): Promise<StudioConfig> {
  try {
    const response = await fetch(CONFIG_PATH, { signal });
    if (!response.ok) throw new Error(`${CONFIG_PATH} answered ${response.status}`);
    return parseConfig(await response.json(), origin);
  } catch (cause) {
    throw new PeerServerError(
      'signaling-failed',
      'The signaling server does not answer. Check that it runs, then reload this page.',
      { cause },
    );
  }
}

/**
 * Reads the configuration's JSON. The WebSocket is always that of the page's own origin.
 * @throws PeerServerError `bad-input`
 */
export function parseConfig(json: unknown, origin: string): StudioConfig {
  if (typeof json !== 'object' || json === null) throw badConfig();
  const { appOrigin, sitesDomain, version } = json as Record<string, unknown>;
  if (typeof appOrigin !== 'string' || typeof sitesDomain !== 'string') throw badConfig();
  return {
    deployment: { appOrigin, sitesDomain },
    version: typeof version === 'string' ? version : '',
    signalUrl: new URL(SIGNAL_PATH, origin.replace(/^http/, 'ws')).href,
  };
}

function badConfig(): PeerServerError {
  return new PeerServerError('bad-input', 'The signaling server sent an unknown configuration.');
}
