import type { LogEntry } from './log-entry.ts';
import { describePlace } from './site-errors.ts';

/** The quick choices, in the order of their buttons. */
export const LOG_CHOICES = ['all', 'requests', 'errors', 'console'] as const;
export type LogChoice = (typeof LOG_CHOICES)[number];

export interface LogFilter {
  readonly choice: LogChoice;
  /** As typed; capitals and spaces around it do not matter. */
  readonly text: string;
}

export const NO_FILTER: LogFilter = { choice: 'all', text: '' };

/** The entries that a filter lets through, in their order; the same array if it is all of them. */
export function filterLog(entries: readonly LogEntry[], filter: LogFilter): readonly LogEntry[] {
  const text = filter.text.trim().toLowerCase();
  if (text === '' && filter.choice === 'all') return entries;
  return entries.filter(
    (entry) => isChosen(entry, filter.choice) && searchText(entry).includes(text),
  );
}

/** Whether an entry tells of something that went wrong; a page that is not there counts as such. */
export function isError(entry: LogEntry): boolean {
  if ('message' in entry) return entry.message.level === 'error';
  return entry.status >= 400 || entry.problem !== undefined;
}

function isChosen(entry: LogEntry, choice: LogChoice): boolean {
  switch (choice) {
    case 'all':
      return true;
    case 'requests':
      return !('message' in entry);
    case 'errors':
      return isError(entry);
    case 'console':
      return 'message' in entry;
  }
}

/** Entries never change, and are searched at each new one: their text is put together once. */
const texts = new WeakMap<LogEntry, string>();

/** What is searched of an entry, in lower case. */
function searchText(entry: LogEntry): string {
  let text = texts.get(entry);
  if (text === undefined) {
    text = wordsOf(entry).join(' ').toLowerCase();
    texts.set(entry, text);
  }
  return text;
}

function wordsOf(entry: LogEntry): readonly (string | number)[] {
  if ('message' in entry) {
    const { level, source, text, hint, place, request } = entry.message;
    return [level, source, text, hint ?? '', place ? describePlace(place) : '', request ?? ''];
  }
  return [entry.method, entry.target, entry.status, entry.visitor, entry.problem ?? ''];
}
