import type { LogEntry } from './log-entry.ts';

/** Lines of a message that the list shows; the rest is in its details. */
export const MAX_MESSAGE_LINES = 6;

/** A message as the list shows it. No line is broken, so that its height is known without measuring. */
export interface MessageLines {
  readonly lines: readonly string[];
  readonly hint: string | undefined;
}

/** What the list shows of a message. */
export function messageLines({ text, hint }: { text: string; hint?: string }): MessageLines {
  const all = text.split('\n', MAX_MESSAGE_LINES + 1);
  const lines = all.slice(0, MAX_MESSAGE_LINES);
  if (all.length > MAX_MESSAGE_LINES) lines[MAX_MESSAGE_LINES - 1] += ' …';
  return { lines, hint };
}

/** How many lines an entry takes. */
export function lineCount(entry: LogEntry): number {
  if (!('message' in entry)) return 1;
  const { lines, hint } = messageLines(entry.message);
  return lines.length + (hint ? 1 : 0);
}
