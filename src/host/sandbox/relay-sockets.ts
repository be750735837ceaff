import type { MessageSocket, SocketClose } from '../../protocol/message-socket.ts';

/** Close codes of RFC 6455 that are never sent, and what is said instead. */
const NO_CODE = 1005;
const BROKEN = 1006;
/** Service Restart: clients connect again. */
const RESTARTED = 1012;

/**
 * Joins a visitor's socket to the sandbox's: each takes what the other sends, as fast as it reads, and the
 * goodbye of either ends both. Resolves when both are over.
 * @param signal closes both with 1012 when it aborts: the code behind them is started again
 */
export async function relaySockets(
  visitor: MessageSocket,
  sandbox: MessageSocket,
  signal: AbortSignal,
): Promise<void> {
  const restart = () => {
    visitor.close(RESTARTED, 'The site is started again.');
    sandbox.close(RESTARTED, 'The site is started again.');
  };
  signal.addEventListener('abort', restart, { once: true });
  if (signal.aborted) restart();
  try {
    await Promise.all([pump(visitor, sandbox), pump(sandbox, visitor)]);
  } finally {
    signal.removeEventListener('abort', restart);
  }
}

async function pump(from: MessageSocket, to: MessageSocket): Promise<void> {
  for (let message = await from.read(); message !== null; message = await from.read()) {
    await to.send(message);
  }
  sayGoodbye(to, await from.closed);
}

/** A socket that is closing already ignores it. */
function sayGoodbye(to: MessageSocket, { code, reason }: SocketClose): void {
  if (code === NO_CODE) to.close();
  else if (code === BROKEN) to.close(RESTARTED, 'The other end is gone.');
  else to.close(code, reason);
}
