import { mkdir } from 'node:fs/promises';
import { buildWorker } from './host.mjs';
import { virtualModules } from './virtual-modules.mjs';

/**
 * Builds the studio's own workers, each as one file under a hashed name in `outdir`/assets.
 * @returns a plugin that gives the studio's build `virtual:studio-workers`: where they are
 */
export async function buildStudioWorkers({ root, outdir, buildId }) {
  const assets = `${outdir}/assets`;
  await mkdir(assets, { recursive: true });
  const define = { __BUILD_ID__: JSON.stringify(buildId) };
  const entry = 'src/studio/files/search/search-worker.ts';
  const { name } = await buildWorker(entry, { root, assets, define });
  return virtualModules({
    'virtual:studio-workers': `export const searchWorkerUrl = ${JSON.stringify(`/assets/${name}`)};`,
  });
}
