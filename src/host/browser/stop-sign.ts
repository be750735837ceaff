/**
 * Stop signs for a worker that is busy and takes no messages: the address of a blob, which the worker asks for
 * synchronously now and then. Raising the sign takes the address back, and then the question fails. Memory
 * shared between threads would be simpler, but needs headers (COOP, COEP) that the studio cannot have.
 */
import type { StopSign } from '../database/worker-database.ts';

/** A sign that is not raised. It must be raised at last, or the address stays taken. */
export function createStopSign(): StopSign {
  const token = URL.createObjectURL(new Blob(['on'], { type: 'text/plain' }));
  return { token, raise: () => URL.revokeObjectURL(token) };
}

/** Looks at a sign, in a worker. Takes about a millisecond. */
export function isRaised(token: string): boolean {
  try {
    const request = new XMLHttpRequest();
    request.open('GET', token, false);
    // Firefox would try to read it as XML, and complain on the console.
    request.overrideMimeType('text/plain');
    request.send();
    return request.status !== 200;
  } catch {
    // The address leads nowhere any more: this is the sign.
    return true;
  }
}
