import type { RequestEvent, SiteLogEntry } from '../host.ts';

/** Longest path and query that is kept: a visitor may send 48 KiB, and thousands of requests are kept. */
const MAX_TARGET_LENGTH = 2_000;

/** A request that a visitor made and what became of it. */
export interface LoggedRequest {
  /** Unique within this tab, growing. */
  readonly id: number;
  /** When it arrived, milliseconds since 1970. */
  readonly at: number;
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly status: number;
  /** Of the answer's body. */
  readonly bytes: number;
  readonly ms: number;
  /** `Visitor 3`. */
  readonly visitor: string;
  readonly requestHeaders: RequestEvent['requestHeaders'];
  readonly responseHeaders: RequestEvent['responseHeaders'];
  /** Why the answer is missing or incomplete. */
  readonly problem?: string;
}

/** What the site's code said, or we about it. */
export interface LoggedMessage {
  readonly id: number;
  readonly message: SiteLogEntry;
}

export type LogEntry = LoggedRequest | LoggedMessage;

/** A request as the log keeps it. */
export function toLogged(event: RequestEvent, visitor: string): Omit<LoggedRequest, 'id'> {
  const { startedAt, method, target, status, bytes, ms, error } = event;
  return {
    at: startedAt,
    method,
    target: target.length > MAX_TARGET_LENGTH ? `${target.slice(0, MAX_TARGET_LENGTH)}…` : target,
    status,
    bytes,
    ms,
    visitor,
    requestHeaders: event.requestHeaders,
    responseHeaders: event.responseHeaders,
    ...(error ? { problem: error.message } : {}),
  };
}

/** When it happened, milliseconds since 1970. */
export function timeOf(entry: LogEntry): number {
  return 'message' in entry ? entry.message.at : entry.at;
}
