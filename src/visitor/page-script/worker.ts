/**
 * Runs at the very start of the site's worker scripts, put there by the service worker: gives them a
 * `WebSocket` that reaches the site's host.
 */
import { shellLockName } from '../bridge/messages.ts';
import type { SocketRequest, ToSocket } from '../bridge/socket-messages.ts';
import {
  SOCKET_CALLS,
  type SocketCall,
  type ToWorkerSocket,
  WORKER_START,
  type WorkerStart,
  workerSocketName,
} from '../bridge/worker-sockets.ts';
import { allowsConnection } from './content-security-policy.ts';
import { replaceWebSocket } from './web-socket-class.ts';

/** A shell answers in milliseconds, unless its thread is busy. Then the socket fails as one without a server. */
const TAKEN_WITHIN_MS = 20_000;

const start = Reflect.get(self, WORKER_START) as WorkerStart | undefined;
Reflect.deleteProperty(self, WORKER_START);
if (start) {
  const { origin } = self;
  const { shell, policies } = start;
  replaceWebSocket(self, {
    origin,
    base: () => self.location.href,
    natives: new WeakMap(),
    allows: (url) =>
      policies.every(({ text, reportOnly }) => reportOnly || allowsConnection(text, url, origin)),
    open: (request, port) => void call(shell, request, port),
  });
}

/** Joins the port of a socket to a shell that carries it. Resolves when the socket is over. */
async function call(
  shell: string | undefined,
  request: SocketRequest,
  port: MessagePort,
): Promise<void> {
  const id = crypto.randomUUID();
  const name = workerSocketName(id);
  const channel = new BroadcastChannel(name);
  const over = new AbortController();
  const end = (message: ToSocket) => {
    port.postMessage(message);
    over.abort();
  };
  const fail = () => end({ kind: 'closed', code: 1006, reason: '', wasClean: false });
  const timer = setTimeout(fail, TAKEN_WITHIN_MS);
  channel.onmessage = ({ data }: MessageEvent<ToWorkerSocket>) => {
    if (data.kind === 'taken') {
      clearTimeout(timer);
      port.onmessage = (event: MessageEvent<unknown>) => channel.postMessage(event.data);
      // The lock of a shell comes free when its tab is closed.
      navigator.locks
        .request(shellLockName(data.shell), { signal: over.signal }, fail)
        // Waiting for it was given up, since the socket is over.
        .catch(() => undefined);
    } else if (data.kind === 'closed') end(data);
    else port.postMessage(data);
  };
  await navigator.locks.request(name, async () => {
    // Only now: who takes the call waits for this lock, and must not get it while the worker lives.
    const calls = new BroadcastChannel(SOCKET_CALLS);
    calls.postMessage({ id, shell, request } satisfies SocketCall);
    calls.close();
    await new Promise((resolve) => over.signal.addEventListener('abort', resolve));
  });
  channel.close();
  port.close();
}
