/** What the studio's page and the page of a sandbox's frame say to each other. */
import type { StartMessage } from '../runtime/messages.ts';

/** To the frame, once: begin. The ports within `start` are transferred, and `status`. */
export interface FrameStart {
  /** The classic script of the sandbox's worker. */
  readonly runtime: string;
  /** Where the worker may connect to, a source list of `connect-src`. */
  readonly connectSources: string;
  readonly start: StartMessage;
  /** For `FrameFailure`s. */
  readonly status: MessagePort;
}

/** From the frame: the worker could not be made, or has failed as a whole. Hostile, as all from there. */
export interface FrameFailure {
  readonly text: string;
}
