#!/usr/bin/env node
/**
 * The `peerserver` command. In a checkout it installs and builds first what is missing or stale; the
 * published package brings its build along and no build inputs to compare it with.
 */
import { existsSync } from 'node:fs';
import { runCommand, setUp } from '../scripts/setup.mjs';

const isCheckout = existsSync(new URL('../package-lock.json', import.meta.url));
const isBuilt = existsSync(new URL('../dist/cli/peerserver.mjs', import.meta.url));

await runCommand(async () => {
  await setUp({ build: isCheckout || !isBuilt });
  await import('../dist/cli/peerserver.mjs');
});
