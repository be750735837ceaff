/** Where a page keeps what its frames call when they start. */
export const FRAME_STARTED = Symbol.for('peerserver.frame');

/** @param frame the window that is about to run its own scripts */
export type FrameStarted = (frame: Window) => void;
