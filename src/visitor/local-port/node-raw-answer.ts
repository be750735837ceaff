import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FailureAnswer } from './failure-answer.ts';

/** Answers on a socket that has no response object, and closes it: what came on it cannot be followed any more. */
export function writeRefusal(socket: Duplex, { status, headers, text }: FailureAnswer): void {
  const lines = [...headers, ['connection', 'close'] as const].map((field) => field.join(': '));
  const head = [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`, ...lines, '', ''].join('\r\n');
  // Nobody is there to be told when the client has gone in the meantime.
  socket.on('error', () => socket.destroy());
  socket.end(head + text, () => socket.destroy());
}
