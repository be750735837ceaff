import { type ReadonlySignal, signal } from '@preact/signals';
import type { SiteLogEntry } from '../host.ts';
import type { LogEntry, LoggedRequest } from './log-entry.ts';

/** Entries kept: enough to look back on a busy minute; with all their header fields at most about 16 MB. */
export const MAX_LOG_ENTRIES = 2_000;

export interface RequestLog {
  /** Newest first, at most `MAX_LOG_ENTRIES`. */
  readonly entries: ReadonlySignal<readonly LogEntry[]>;
  /** Requests since the tab was opened, those no longer kept included. */
  readonly total: ReadonlySignal<number>;
  /** Whether the list holds still. */
  readonly paused: ReadonlySignal<boolean>;
  /** Entries that came since it was paused; the latest `MAX_LOG_ENTRIES` of them wait to be shown. */
  readonly waiting: ReadonlySignal<number>;
  add(request: Omit<LoggedRequest, 'id'>): void;
  addMessage(message: SiteLogEntry): void;
  pause(): void;
  /** Shows what waits. */
  resume(): void;
  /** Forgets all entries, those that wait included. The count of requests goes on. */
  clear(): void;
}

/**
 * The recent requests. A visitor can send thousands a second, so entries are gathered and shown together.
 * @param schedule calls back soon, some times a second
 */
export function createRequestLog(schedule: (callback: () => void) => void): RequestLog {
  const entries = signal<readonly LogEntry[]>([]);
  const total = signal(0);
  const paused = signal(false);
  const waiting = signal(0);
  /** Not shown yet, oldest first; up to twice as many as are kept, so that cutting is seldom. */
  let fresh: LogEntry[] = [];
  let scheduled = false;
  let seen = 0;
  let held = 0;
  let lastId = 0;

  function flush(): void {
    scheduled = false;
    total.value = seen;
    if (paused.peek()) {
      waiting.value = held;
      return;
    }
    waiting.value = 0;
    held = 0;
    if (fresh.length === 0) return;
    entries.value = [...fresh.reverse(), ...entries.peek()].slice(0, MAX_LOG_ENTRIES);
    fresh = [];
  }

  function push(entry: LogEntry): void {
    if (!scheduled) schedule(flush);
    scheduled = true;
    if (paused.peek()) held += 1;
    fresh.push(entry);
    // In a hidden tab timers come late, and a pause may be long: what waits is bounded too.
    if (fresh.length >= 2 * MAX_LOG_ENTRIES) fresh = fresh.slice(-MAX_LOG_ENTRIES);
  }

  return {
    entries,
    total,
    paused,
    waiting,
    add(request) {
      seen += 1;
      lastId += 1;
      push({ ...request, id: lastId });
    },
    addMessage(message) {
      lastId += 1;
      push({ message, id: lastId });
    },
    pause() {
      // What came before belongs to what is looked at.
      flush();
      paused.value = true;
    },
    resume() {
      paused.value = false;
      flush();
    },
    clear() {
      fresh = [];
      held = 0;
      waiting.value = 0;
      entries.value = [];
    },
  };
}
