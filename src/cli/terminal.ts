import type { Writable } from 'node:stream';
import { PeerServerError } from '../protocol/errors.ts';

/** What a command sees of the world it runs in; tests pass one of their own. */
export interface Terminal {
  /** The command's result and nothing else. */
  readonly stdout: Writable;
  /** Everything said to people: progress, logs, errors. */
  readonly stderr: Writable;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborts when the person at the terminal interrupts. */
  readonly signal: AbortSignal;
  /** A person reads stderr, no log file or other program. */
  readonly isWatched: boolean;
}

/** Writes one line for a person who may not know what to do next; programs and log files are spared it. */
export function hint(terminal: Terminal, line: string): void {
  if (terminal.isWatched) say(terminal, line);
}

/** Writes one line for people to read. */
export function say(terminal: Terminal, line: string): void {
  terminal.stderr.write(`${line}\n`);
}

/**
 * Prints what went wrong as one line, `peerserver: <message>`.
 * @param verbose also the stack and all causes, for those who look for the fault
 */
export function sayError(terminal: Terminal, error: unknown, verbose = false): void {
  const message = error instanceof Error ? error.message : String(error);
  say(terminal, `peerserver: ${printable(message)}`);
  if (!verbose) {
    // Anything else than one of our own errors is a fault of the program, and its stack is how to find it.
    if (!(error instanceof PeerServerError)) {
      say(
        terminal,
        'peerserver: This is a fault of PeerServer. Run again with --verbose to see where.',
      );
    }
    return;
  }
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    say(terminal, cause.stack ?? cause.message);
  }
}

/**
 * Text that came from another machine, as one line that cannot move the cursor or colour the terminal:
 * line breaks become blanks, other control characters `?`.
 */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
  return text.replace(/\s*[\r\n]+\s*/g, ' ').replace(/[\u0000-\u001f\u007f-\u009f]/g, '?');
}
