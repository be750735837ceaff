import type { SiteLogEntry } from '../../host.ts';
import type { LoggedMessage, LoggedRequest } from '../log-entry.ts';

/** A request as the log keeps it, with what the test is about. */
export function requestEntry(id: number, given: Partial<LoggedRequest> = {}): LoggedRequest {
  return {
    id,
    at: 0,
    method: 'GET',
    target: `/${id}`,
    status: 200,
    bytes: 1,
    ms: 1,
    visitor: 'Visitor 1',
    requestHeaders: [],
    responseHeaders: [],
    ...given,
  };
}

/** A message of the site's code, with what the test is about. */
export function messageEntry(id: number, given: Partial<SiteLogEntry> = {}): LoggedMessage {
  return { id, message: { at: 0, level: 'info', source: 'console', text: 'hello', ...given } };
}
