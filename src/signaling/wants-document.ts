import type { IncomingMessage } from 'node:http';

/** Where a browser says that it wants a document to show. */
const DOCUMENT_DESTINATIONS = new Set(['document', 'iframe', 'frame']);

/** True when the answer is to be shown as a page. Browsers say so; for the rest `Accept` has to do. */
export function wantsDocument(request: IncomingMessage): boolean {
  const destination = request.headers['sec-fetch-dest'];
  if (typeof destination === 'string') return DOCUMENT_DESTINATIONS.has(destination);
  return request.headers.accept?.includes('text/html') ?? false;
}
