import { PeerServerError } from './errors.ts';
import { SUPPORTED_VERSIONS } from './handshake-record.ts';
import type { Transport } from './transport.ts';

/** In bytes: a header block travels whole and may have 48 KiB (L4, R1). */
export const MIN_MESSAGE_BYTES = 50 * 1024;

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
