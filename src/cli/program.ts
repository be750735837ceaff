import { Command, CommanderError } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { PeerServerError } from '../protocol/errors.ts';
import { connectCommand } from './connect.ts';
import { getCommand } from './get.ts';
import { hostCommand } from './host.ts';
import { startCommand } from './start.ts';
import { sayError, type Terminal } from './terminal.ts';

/** What a command's action resolves to: the exit code of the process. */
export type Finish = (exitCode: number) => void;

const AFTER_HELP = `
Examples:
  $ peerserver start                                  open http://localhost:8890 and create a server
  $ peerserver host ./public --name garden            serve a folder as "garden"
  $ peerserver get http://localhost:8890/connect/garden/ -i
  $ peerserver connect http://localhost:8890/connect/garden/ --port 8080
                                                      now curl http://localhost:8080/ asks "garden"

"peerserver help <command>" tells more about each.`;

/**
 * Runs one command line and never throws: what goes wrong is one line on stderr and an exit code.
 * @param args without the program's own name, e.g. `['host', './public']`
 * @returns the exit code
 */
export async function runProgram(args: readonly string[], terminal: Terminal): Promise<number> {
  let exitCode = 0;
  const program = makeProgram(terminal, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(withoutHelpForNothing(args, program), { from: 'user' });
  } catch (error) {
    // Commander has printed its line (or the help that was asked for) by now.
    if (error instanceof CommanderError) return error.exitCode;
    // Stopping when asked to is not a failure.
    if (terminal.signal.aborted && isCancellation(error)) return exitCode;
    sayError(terminal, error, args.includes('--verbose') || args.includes('-v'));
    return 1;
  }
  return exitCode;
}

function makeProgram(terminal: Terminal, finish: Finish): Command {
  const program = new Command('peerserver')
    .description('A browser tab becomes a web server that other browsers visit over WebRTC.')
    .version(manifest.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .addHelpText('after', AFTER_HELP);
  for (const command of [startCommand, hostCommand, getCommand, connectCommand]) {
    program.addCommand(command(terminal, finish));
  }
  for (const command of [program, ...program.commands]) {
    command
      .helpOption('-h, --help', 'print this help')
      .exitOverride()
      .configureOutput({
        writeOut: (text) => terminal.stdout.write(text),
        writeErr: (text) => terminal.stderr.write(text),
        outputError: (text, write) => write(`peerserver: ${usageError(text, command)}\n`),
      });
  }
  return program;
}

/**
 * Commander answers `bogus --help` and `help bogus` with the general help; left alone with the unknown command, it
 * says what is wrong.
 */
function withoutHelpForNothing(args: readonly string[], program: Command): readonly string[] {
  const [first, second] = args;
  const name = first === 'help' ? second : first;
  if (name === undefined || name.startsWith('-') || name === 'help') return args;
  return program.commands.some((command) => command.name() === name) ? args : [name];
}

/** Commander's words as one line that says what to do. */
function usageError(text: string, command: Command): string {
  const line = text
    .trim()
    .replace(/^error: /, '')
    .replace(/\s*\n\s*/g, ' ')
    .replace(/^command-argument value '(.*)' is invalid for argument '(.*?)'\./, "'$1' is no $2.")
    .replace(/([^.?)])$/, '$1.');
  const name = command.parent ? `peerserver ${command.name()}` : 'peerserver';
  return `${line} See "${name} --help".`;
}

function isCancellation(error: unknown): boolean {
  if (error instanceof PeerServerError) return error.code === 'cancelled';
  return error instanceof Error && error.name === 'AbortError';
}
