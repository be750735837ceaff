import { spawn } from 'node:child_process';
import { root } from './setup.mjs';

/**
 * Runs a Node program from the checkout's folder with our own input and output, and passes an interruption
 * on to it.
 * @returns {Promise<number>} its exit code; 1 when a signal ended it
 */
export function runNode(args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit' });
    const forward = (signal) => child.kill(signal);
    process.on('SIGINT', forward);
    process.on('SIGTERM', forward);
    child.on('error', reject);
    child.on('close', (code) => {
      process.off('SIGINT', forward);
      process.off('SIGTERM', forward);
      resolve(code ?? 1);
    });
  });
}
