/**
 * What every command of a checkout needs first: the right Node, the packages of the lockfile, and a build
 * that is not stale. Uses nothing that has to be installed.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The checkout's (or the installed package's) own folder. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/** Oldest Node that works: the first 20 that loads ES modules by `require`, which our packages rely on. */
const MIN_NODE = [20, 19];

/**
 * Makes the checkout ready. Progress goes to stderr, so that stdout stays the command's own.
 * @param {{ build?: boolean }} [options] `build: false` leaves dist/ alone
 */
export async function setUp({ build = true } = {}) {
  checkNode(process.versions.node);
  if (!packagesAreInstalled(root)) await installPackages();
  if (build) {
    const { buildIfStale } = await import('./build.mjs');
    await buildIfStale();
  }
}

/** Ends the process with one line on stderr when a command fails for a reason that its message tells. */
export async function runCommand(command) {
  try {
    await command();
  } catch (error) {
    // esbuild has printed the details by then and repeats them in further lines of its message.
    const [line] = String(error instanceof Error ? error.message : error).split('\n', 1);
    process.stderr.write(`peerserver: ${line.replace(/:$/, '.')}\n`);
    process.exitCode = 1;
  }
}

/** @throws Error that names both versions when `version` is too old */
export function checkNode(version) {
  const [major, minor] = version.split('.').map(Number);
  const [minMajor, minMinor] = MIN_NODE;
  if (major > minMajor || (major === minMajor && minor >= minMinor)) return;
  throw new Error(
    `PeerServer needs Node ${MIN_NODE.join('.')} or newer; this is Node ${version}. Install a current one from https://nodejs.org and try again.`,
  );
}

/**
 * True when `node_modules` holds what the lockfile asks for. npm writes its own record of what it installed
 * as the last step of an installation, so a broken-off one is noticed, and one made by hand is accepted.
 */
export function packagesAreInstalled(folder) {
  const wanted = readPackages(`${folder}/package-lock.json`);
  // An installed package has no lockfile: whoever installed it installed its dependencies as well.
  if (wanted === undefined) return true;
  const installed = readPackages(`${folder}/node_modules/.package-lock.json`);
  if (installed === undefined) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    // The checkout itself; and packages for other platforms, which are rightly absent.
    if (path === '' || (entry.optional && installed[path] === undefined)) return true;
    return installed[path]?.version === entry.version;
  });
}

function readPackages(file) {
  if (!existsSync(file)) return undefined;
  return JSON.parse(readFileSync(file, 'utf8')).packages;
}

async function installPackages() {
  process.stderr.write('Installing packages…\n');
  // `npm_execpath` is the npm that runs us, if one does; `npm` of the PATH otherwise.
  const npm = process.env.npm_execpath;
  const flags = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const { code, output } = await (npm?.endsWith('.js')
    ? run(process.execPath, [npm, ...flags])
    : run('npm', flags));
  if (code === 0) return;
  process.stderr.write(output);
  throw new Error('npm could not install the packages; its own words are above.');
}

function run(command, args) {
  return new Promise((resolve, reject) => {
    const shell = process.platform === 'win32' && command === 'npm';
    const child = spawn(command, args, { cwd: root, shell, stdio: ['ignore', 'pipe', 'pipe'] });
    const chunks = [];
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.stderr.on('data', (chunk) => chunks.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output: Buffer.concat(chunks).toString() }));
  });
}
