import { PeerServerError } from '../../protocol/errors.ts';
import type { ProjectSettings } from '../project/project-settings.ts';
import type { CreateSandbox } from '../sandbox/sandbox-process.ts';
import type { FrameStart } from './sandbox-messages.ts';

/** Longest text of a failure that is kept, in characters. */
const MAX_FAILURE_TEXT = 1_000;

/**
 * Runs sites' code in workers of sandboxed frames: their origin is opaque, so they reach nothing of this one's.
 * @param page path of `sandbox.html`. It is loaded from the server, with a policy of its own: one made here
 *   would inherit this page's, which would have to allow all that sites may do
 * @param runtime the classic script of the worker
 */
export function sandboxFrames(page: string, runtime: string): CreateSandbox {
  return async (start, { signal }) => {
    const frame = document.createElement('iframe');
    frame.sandbox.add('allow-scripts');
    frame.hidden = true;
    frame.title = 'Runs the code of this site';
    frame.src = page;
    const terminate = () => frame.remove();
    signal.addEventListener('abort', terminate, { once: true });
    try {
      await loaded(frame, signal);
    } catch (error) {
      terminate();
      throw error;
    }
    const status = new MessageChannel();
    const died = new Promise<PeerServerError>((resolve) => {
      status.port1.addEventListener('message', ({ data }) => resolve(failure(data)));
      status.port1.start();
    });
    const message: FrameStart = {
      runtime,
      connectSources: connectSources(start.settings.outboundFetch),
      start,
      status: status.port2,
    };
    const target = frame.contentWindow;
    if (!target) throw new PeerServerError('host-failed', 'The frame for the code is gone.');
    // An opaque origin cannot be named; the frame holds our own page, which nothing navigates.
    target.postMessage(message, '*', [status.port2, ...Object.values(start.ports)]);
    return { terminate, died };
  };
}

function loaded(frame: HTMLIFrameElement, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancelled = () => reject(new PeerServerError('cancelled', 'The sandbox was ended.'));
    signal.addEventListener('abort', cancelled, { once: true });
    if (signal.aborted) {
      cancelled();
      return;
    }
    frame.addEventListener('load', () => resolve(), { once: true });
    document.body.append(frame);
  });
}

/** A setting as a source list. Schemes stand for everything, as `*` leaves out WebSockets in older browsers. */
export function connectSources(outbound: ProjectSettings['outboundFetch']): string {
  if (outbound === 'all') return 'http: https: ws: wss: data: blob:';
  // What code has made itself is no way out.
  if (outbound === 'none') return 'data: blob:';
  return [...outbound.flatMap(withSockets), 'data:', 'blob:'].join(' ');
}

/** An origin stands for its WebSockets, too. */
function withSockets(origin: string): readonly string[] {
  return origin.startsWith('http') ? [origin, origin.replace(/^http/, 'ws')] : [origin];
}

function failure(data: unknown): PeerServerError {
  const text =
    typeof data === 'object' && data !== null && 'text' in data && typeof data.text === 'string'
      ? data.text.slice(0, MAX_FAILURE_TEXT)
      : '';
  return new PeerServerError('host-failed', text || 'The worker of the site has failed.');
}
