import type { PeerServerError } from '../../protocol/errors.ts';
import type { StartMessage } from '../runtime/messages.ts';

/** A sandbox as the platform made it: a worker in a frame of its own, or a thread. */
export interface SandboxProcess {
  /** Ends it at once, whatever runs in it. Safe to call again. */
  terminate(): void;
  /** Resolves with the reason when it ended by itself: it could not be loaded, or had no memory left. */
  readonly died: Promise<PeerServerError>;
}

/**
 * Makes a sandbox with the runtime in it and hands it the message, whose ports are transferred. Where code
 * may send requests is enforced by the platform as far as it can (`start.settings.outboundFetch`).
 * @throws PeerServerError host-failed when the platform has no sandbox, cancelled
 */
export type CreateSandbox = (
  start: StartMessage,
  options: { readonly signal: AbortSignal },
) => Promise<SandboxProcess>;
