/** Finds the browsers that the tests drive, and installs Debian's when there are none and it may. */
import { execFileSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

export type BrowserName = 'chromium' | 'firefox';

interface Source {
  /** Environment variables that name the executable; the first that is set wins. */
  readonly variables: readonly string[];
  /** Commands looked for in PATH, in this order. */
  readonly commands: readonly string[];
  readonly debianPackage: string;
}

const SOURCES: Record<BrowserName, Source> = {
  chromium: {
    variables: ['CHROME_PATH', 'CHROMIUM_PATH'],
    commands: ['google-chrome', 'google-chrome-stable', 'chromium', 'chromium-browser'],
    debianPackage: 'chromium',
  },
  firefox: {
    variables: ['FIREFOX_PATH'],
    commands: ['firefox', 'firefox-esr'],
    debianPackage: 'firefox-esr',
  },
};

/**
 * Path of a browser's executable. Throws, with instructions, when there is none: a test that cannot run has
 * failed.
 */
export function findBrowser(name: BrowserName): string {
  const source = SOURCES[name];
  for (const variable of source.variables) {
    const path = process.env[variable];
    if (path === undefined || path === '') continue;
    if (isExecutable(path)) return path;
    throw new Error(`${variable} is set to "${path}", which is not an executable file.`);
  }
  const found = findInstalled(source);
  if (found !== undefined) return found;
  installFromDebian(source.debianPackage);
  const installed = findInstalled(source);
  if (installed !== undefined) return installed;
  throw new Error(
    `No ${name} was found. Install it, or set ${source.variables.join(' or ')} to its executable.`,
  );
}

function findInstalled({ commands }: Source): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return commands
    .flatMap((command) => folders.map((folder) => join(folder, command)))
    .find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    // Not there, or not ours to run: either way it cannot be used.
    return false;
  }
}

function installFromDebian(debianPackage: string): void {
  if (process.getuid?.() !== 0 || !isExecutable('/usr/bin/apt-get')) return;
  process.stderr.write(`Installing Debian's package ${debianPackage}.\n`);
  // apt-get's own words go to stderr, where they explain a failure.
  const options = {
    stdio: ['ignore', process.stderr, process.stderr] as const,
    env: aptEnvironment(),
  };
  execFileSync('apt-get', ['update'], { ...options, stdio: [...options.stdio] });
  execFileSync('apt-get', ['install', '--yes', '--no-install-recommends', debianPackage], {
    ...options,
    stdio: [...options.stdio],
  });
}

function aptEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
}
