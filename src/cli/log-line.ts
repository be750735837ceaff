import { printable, say, type Terminal } from './terminal.ts';

/** Longest target that is logged, in characters; a visitor chooses it. */
const MAX_LOGGED_TARGET = 300;

/** One exchange, as far as a log tells of it. */
export interface LoggedExchange {
  readonly method: string;
  readonly target: string;
  readonly status: number;
  /** Of the answer's body. */
  readonly bytes: number;
  readonly ms: number;
  readonly error?: Error;
}

/** Writes a line that begins with the time of day; what another machine said cannot disturb the terminal. */
export function logLine(terminal: Terminal, now: Date, text: string): void {
  say(terminal, `${now.toTimeString().slice(0, 8)}  ${printable(text)}`);
}

/** @param more further columns */
export function describeExchange(
  { method, target, status, bytes, ms, error }: LoggedExchange,
  ...more: string[]
): string {
  const shown =
    target.length > MAX_LOGGED_TARGET ? `${target.slice(0, MAX_LOGGED_TARGET)}…` : target;
  const columns = [`${method} ${shown}`, status, formatBytes(bytes), `${Math.round(ms)} ms`];
  const why = error ? [`(${error.message})`] : [];
  return [...columns, ...more, ...why].join('  ');
}

/**
 * What went wrong, and when it is tried again.
 * @param retryInMs milliseconds; undefined when it is not
 */
export function describeTrouble(message: string, retryInMs: number | undefined): string {
  if (retryInMs === undefined) return message;
  const seconds = Math.max(1, Math.ceil(retryInMs / 1000));
  // What people are to do otherwise is done here.
  return `${message.replace(/ Try again later\.$/, '')} Trying again in ${seconds} s.`;
}

function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const kib = bytes / 1024;
  return kib < 1024 ? `${kib.toFixed(1)} KiB` : `${(kib / 1024).toFixed(1)} MiB`;
}
