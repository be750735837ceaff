import { type ReadonlySignal, signal } from '@preact/signals';
import type { SiteLogEntry } from '../host.ts';

/** Entries kept: enough to see a page's worth of requests, little enough to draw at once. */
export const MAX_LOG_ENTRIES = 200;

/** A request that a visitor made and what became of it. */
export interface LoggedRequest {
  /** Unique within this tab, growing. */
  readonly id: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly status: number;
  /** Of the answer's body. */
  readonly bytes: number;
  readonly ms: number;
  /** Why the answer is missing or incomplete. */
  readonly problem?: string;
}

/** What the site's code said, or we about it. */
export interface LoggedMessage {
  readonly id: number;
  readonly message: SiteLogEntry;
}

export type LogEntry = LoggedRequest | LoggedMessage;

export interface RequestLog {
  /** Newest first, at most `MAX_LOG_ENTRIES`. */
  readonly entries: ReadonlySignal<readonly LogEntry[]>;
  /** Requests since the tab was opened, those no longer kept included. */
  readonly total: ReadonlySignal<number>;
  add(request: Omit<LoggedRequest, 'id'>): void;
  addMessage(message: SiteLogEntry): void;
  clear(): void;
}

/**
 * The recent requests. A visitor can send thousands a second, so entries are gathered and shown together.
 * @param schedule calls back soon, some times a second
 */
export function createRequestLog(schedule: (callback: () => void) => void): RequestLog {
  const entries = signal<readonly LogEntry[]>([]);
  const total = signal(0);
  let waiting: LogEntry[] = [];
  let seen = 0;
  let lastId = 0;

  function flush(): void {
    entries.value = [...waiting.reverse(), ...entries.peek()].slice(0, MAX_LOG_ENTRIES);
    total.value = seen;
    waiting = [];
  }

  function push(entry: LogEntry): void {
    if (waiting.length === 0) schedule(flush);
    waiting.push(entry);
    // In a hidden tab timers come late: what waits is bounded too.
    if (waiting.length > MAX_LOG_ENTRIES) waiting.shift();
  }

  return {
    entries,
    total,
    add(request) {
      seen += 1;
      lastId += 1;
      push({ ...request, id: lastId });
    },
    addMessage(message) {
      lastId += 1;
      push({ message, id: lastId });
    },
    clear() {
      waiting = [];
      entries.value = [];
    },
  };
}
