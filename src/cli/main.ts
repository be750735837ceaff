/** Entry of the bundled command line: connects the program to this process. */
import { runProgram } from './program.ts';

/** How long open connections may take to close after the command is done, in milliseconds. */
const CLOSING_TIME_MS = 2000;

/** How long an interrupted command may take to end in good order, in milliseconds. */
const FAREWELL_TIME_MS = 5000;

/** How often to look whether npm's shell is still there, in milliseconds. */
const PARENT_CHECK_MS = 200;

const interrupted = new AbortController();
// npm passes an interruption on that the terminal has delivered already, so each may come twice.
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    interrupted.abort();
    setTimeout(() => process.exit(1), FAREWELL_TIME_MS).unref();
  });
}
stopWithNpm();
// A reader that went away (`| head`) is noticed where the body is written; without a listener it would
// end the process with a stack trace.
process.stdout.on('error', () => {});

process.exitCode = await runProgram(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  signal: interrupted.signal,
  isWatched: process.stderr.isTTY === true,
});

// Unreferenced: it fires only if something else still keeps the process alive by then.
setTimeout(() => process.exit(), CLOSING_TIME_MS).unref();

/**
 * npm and npx put a shell between themselves and us, which dies of a signal without passing it on. We would
 * live on, holding the port or the name; so the shell's end counts as an interruption.
 */
function stopWithNpm(): void {
  if (process.env.npm_command === undefined) return;
  const shell = process.ppid;
  setInterval(() => {
    if (process.ppid !== shell) interrupted.abort();
  }, PARENT_CHECK_MS).unref();
}
