/** The beginning of a `srcdoc` that a page sets: makes the new document known to the page around it. */
import { FRAME_STARTED, type FrameStarted } from './frame-started.ts';

try {
  (Reflect.get(parent, FRAME_STARTED) as FrameStarted)(window);
} catch {
  // Around it is no page of ours; then there is nobody to tell.
}
document.currentScript?.remove();
