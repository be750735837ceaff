import { PeerServerError } from './errors.ts';
import { SUPPORTED_VERSIONS } from './handshake-record.ts';
import type { Transport } from './transport.ts';

/** Every data channel can take this; less would make headers of bodies (L4). */
const MIN_MESSAGE_BYTES = 16 * 1024;

/** Throws `version-mismatch` or `protocol-violation` when a transport offers less than is needed (V1, L4). */
export function requireUsable(transport: Transport): void {
  const { version } = transport.handshake;
  if (version < SUPPORTED_VERSIONS.min || version > SUPPORTED_VERSIONS.max) {
    throw new PeerServerError('version-mismatch', `Version ${version} is not spoken here.`);
  }
  if (transport.maxMessageSize < MIN_MESSAGE_BYTES) {
    throw new PeerServerError(
      'protocol-violation',
      `The peer takes messages of ${transport.maxMessageSize} bytes only; ${MIN_MESSAGE_BYTES} are needed.`,
    );
  }
}
