import { Writable } from 'node:stream';
import type { Terminal } from '../terminal.ts';

/** A terminal in memory. */
export interface TestTerminal extends Terminal {
  readonly output: () => string;
  readonly errors: () => string;
  readonly interrupt: () => void;
  /** Resolves with stdout's text once it holds a whole line. */
  readonly firstLine: Promise<string>;
}

/**
 * @param env variables that the command sees
 * @param isWatched a person reads stderr
 */
export function testTerminal(env: Record<string, string> = {}, isWatched = false): TestTerminal {
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  const interrupted = new AbortController();
  let lineIsThere = (_line: string) => {};
  const firstLine = new Promise<string>((resolve) => {
    lineIsThere = resolve;
  });
  return {
    stdout: collector(out, (text) => {
      if (text.endsWith('\n')) lineIsThere(text.trimEnd());
    }),
    stderr: collector(err),
    env,
    signal: interrupted.signal,
    isWatched,
    output: () => Buffer.concat(out).toString(),
    errors: () => Buffer.concat(err).toString(),
    interrupt: () => interrupted.abort(),
    firstLine,
  };
}

function collector(chunks: Buffer[], onWrite: (text: string) => void = () => {}): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(Buffer.from(chunk));
      onWrite(chunk.toString());
      done();
    },
  });
}
