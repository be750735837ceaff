import { type LogEntry, timeOf } from './log-entry.ts';

/** Entries as a JSON file for people and programs: an array, times as ISO 8601, header fields as pairs. */
export function logFile(entries: readonly LogEntry[]): Blob {
  const text = JSON.stringify(entries.map(toRecord), null, 2);
  return new Blob([text, '\n'], { type: 'application/json' });
}

/** One entry as JSON, for the clipboard. */
export function logEntryJson(entry: LogEntry): string {
  return JSON.stringify(toRecord(entry), null, 2);
}

function toRecord(entry: LogEntry): object {
  const time = new Date(timeOf(entry)).toISOString();
  if ('message' in entry) {
    const { at: _, ...message } = entry.message;
    return { time, kind: 'message', ...message };
  }
  const { id: _, at: __, ...request } = entry;
  return { time, kind: 'request', ...request };
}
