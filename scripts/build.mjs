/**
 * Builds what the signaling server serves and the command line, into dist/:
 *
 *   dist/web/            the studio: index.html, assets/ with hashed names (the host's workers among them),
 *                        sandbox.html and sandbox.csp; assets/starters/ with the zips of starters/
 *   dist/web/visitor/    service-worker.js, shell.html, shell.csp
 *   dist/cli/            peerserver.mjs, site-runtime.mjs, database-thread.mjs, packages/, types.d.ts
 *
 * Does nothing when dist/ was built from the very same sources. `--force` builds anyway.
 */
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { hashInputs, readStamp, STAMP_FILE } from './build/stamp.mjs';
import { root, runCommand, setUp } from './setup.mjs';

/** The parts of dist/ that a build replaces. */
const PARTS = ['web', 'cli'];

/** Builds unless dist/ is fresh. @returns {Promise<boolean>} whether it built */
export async function buildIfStale({ force = false } = {}) {
  const buildId = hashInputs(root);
  if (!force && readStamp(root) === buildId) return false;
  process.stderr.write('Building…\n');
  await build(buildId);
  return true;
}

async function build(buildId) {
  // Loaded only now: a fresh dist/ needs no bundler, and start-up stays quick.
  const [
    { buildStudio },
    { buildStarters },
    { buildStudioWorkers },
    { buildHost, buildHostThreads },
    { buildVisitor },
    { buildCli },
    { compressFolder },
    { checkBudgets },
  ] = await Promise.all([
    import('./build/studio.mjs'),
    import('./build/starters.mjs'),
    import('./build/studio-workers.mjs'),
    import('./build/host.mjs'),
    import('./build/visitor.mjs'),
    import('./build/cli.mjs'),
    import('./build/compress.mjs'),
    import('./build/budgets.mjs'),
  ]);
  // Built aside and moved in at the end, so that a failed build leaves the last good one in place.
  const aside = `${root}/dist/.build-${process.pid}`;
  const options = { root, buildId: buildId.slice(0, 16) };
  await removeAbandoned();
  try {
    await mkdir(aside, { recursive: true });
    const web = { ...options, outdir: `${aside}/web` };
    const cli = { ...options, outdir: `${aside}/cli` };
    const [[studioSizes, hostSizes], visitorSizes] = await Promise.all([
      Promise.all([buildHost(web), buildStarters(web), buildStudioWorkers(web)]).then(
        async ([{ plugin, sizes }, starters, workers]) => [
          await buildStudio({ ...web, plugins: [plugin, starters, workers] }),
          sizes,
        ],
      ),
      buildVisitor({ ...options, outdir: `${aside}/web/visitor` }),
      buildCli(cli),
      buildHostThreads(cli),
    ]);
    checkBudgets({ ...visitorSizes, ...studioSizes, ...hostSizes });
    await compressFolder(`${aside}/web`);
    await rm(`${root}/${STAMP_FILE}`, { force: true });
    for (const part of PARTS) await moveIn(aside, part);
    await writeFile(`${root}/${STAMP_FILE}`, buildId);
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

/** Removes what builds that were killed have left behind. */
async function removeAbandoned() {
  const entries = await readdir(`${root}/dist`).catch((error) => {
    // Nothing there yet: the first build.
    if (error.code !== 'ENOENT') throw error;
    return [];
  });
  for (const entry of entries) {
    const pid = Number(/^\.build-(\d+)$/.exec(entry)?.[1]);
    if (pid && !isRunning(pid)) await rm(`${root}/dist/${entry}`, { recursive: true, force: true });
  }
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, as somebody else.
    return error.code === 'EPERM';
  }
}

async function moveIn(aside, part) {
  const place = `${root}/dist/${part}`;
  await rename(place, `${aside}/old-${part}`).catch((error) => {
    // Nothing there yet: the first build.
    if (error.code !== 'ENOENT') throw error;
  });
  await rename(`${aside}/${part}`, place);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await runCommand(async () => {
    await setUp({ build: false });
    const built = await buildIfStale({ force: process.argv.includes('--force') });
    if (!built) process.stderr.write('dist/ is up to date.\n');
  });
}
