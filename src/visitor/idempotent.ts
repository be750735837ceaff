/** Methods whose repetition changes nothing (RFC 9110, 9.2.2). */
const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'TRACE']);

/** Whether a request of which nobody knows if it was executed may be sent again. */
export function isIdempotent(method: string): boolean {
  return IDEMPOTENT.has(method);
}
