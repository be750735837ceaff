import type { FromSocket, ToSocket } from '../bridge/socket-messages.ts';
import {
  callLockName,
  readSocketCall,
  SOCKET_CALLS,
  type SocketCall,
  type ToWorkerSocket,
  workerSocketName,
} from '../bridge/worker-sockets.ts';
import type { PageSockets } from './page-sockets.ts';

/**
 * Takes the WebSockets of the site's workers.
 * @param shell token of this shell
 */
export function serveWorkerSockets(sockets: Pick<PageSockets, 'serve'>, shell: string): void {
  const calls = new BroadcastChannel(SOCKET_CALLS);
  calls.onmessage = ({ data }: MessageEvent<unknown>) => {
    const call = readSocketCall(data);
    if (call?.shell === shell) void serve(call, sockets, shell);
    else if (call && call.shell === undefined) {
      // All shells hear it, and the first to hold the lock takes it.
      void navigator.locks.request(callLockName(call.id), { ifAvailable: true }, (lock) =>
        lock ? serve(call, sockets, shell) : undefined,
      );
    }
  };
}

/** Carries a call to its end. */
async function serve(
  { id, request }: SocketCall,
  sockets: Pick<PageSockets, 'serve'>,
  shell: string,
): Promise<void> {
  const name = workerSocketName(id);
  const channel = new BroadcastChannel(name);
  const tell = (message: ToWorkerSocket) => channel.postMessage(message);
  const { port1, port2 } = new MessageChannel();
  const over = new Promise<void>((resolve) => {
    port1.onmessage = ({ data }: MessageEvent<ToSocket>) => {
      tell(data);
      if (data.kind === 'closed') resolve();
    };
  });
  channel.onmessage = ({ data }: MessageEvent<FromSocket>) => port1.postMessage(data);
  // A worker that ends says nothing, but its lock comes free.
  void navigator.locks.request(name, () =>
    port1.postMessage({ kind: 'gone' } satisfies FromSocket),
  );
  tell({ kind: 'taken', shell });
  void sockets.serve(request, port2);
  await over;
  port1.close();
  channel.close();
}
