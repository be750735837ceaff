/**
 * The script of a sandbox's frame (`sandbox.html`), whose origin is opaque: narrows its own policy to what the
 * site may reach, then starts the worker, which has both from it, origin and policy. Bundled into the page by
 * the build.
 */
import type { FrameFailure, FrameStart } from './sandbox-messages.ts';

addEventListener('message', begin);

function begin(event: MessageEvent<FrameStart>): void {
  // Whoever has a frame of the studio reaches this one, too: the site's page in the preview, and what that shows.
  if (event.source !== parent) return;
  removeEventListener('message', begin);
  const { runtime, connectSources, start, status } = event.data;
  const fail = (text: string) => status.postMessage({ text } satisfies FrameFailure);
  const policy = document.createElement('meta');
  policy.httpEquiv = 'Content-Security-Policy';
  policy.content = `connect-src ${connectSources}`;
  document.head.append(policy);
  try {
    // From a data: URL, not a blob: only there the worker has crypto.subtle (docs/discoveries.md).
    const url = `data:text/javascript;charset=utf-8,${encodeURIComponent(runtime)}`;
    const worker = new Worker(url);
    worker.addEventListener('error', ({ message }) => fail(message ?? ''));
    worker.postMessage(start, Object.values(start.ports));
  } catch (thrown) {
    fail(String(thrown));
  }
}
