import { MessagePort, Worker } from 'node:worker_threads';
import { PeerServerError } from '../../protocol/errors.ts';
import type { CreateSandbox } from '../sandbox/sandbox-process.ts';

/**
 * Memory of a site's code, in MiB: what a tab's worker has, more or less. Bytes in ArrayBuffers are beside
 * this; Node has no limit for those.
 */
const RESOURCE_LIMITS = {
  maxOldGenerationSizeMb: 512,
  maxYoungGenerationSizeMb: 64,
  stackSizeMb: 4,
};

/**
 * Runs sites' code in worker threads. A thread is no security boundary: its code can reach whatever this
 * program can. It keeps a site from blocking the host, and from taking all its memory.
 * @param runtime the built `runtime/node-main.ts`
 */
export function sandboxThreads(runtime: URL): CreateSandbox {
  return async (start, { signal }) => {
    signal.throwIfAborted();
    const worker = new Worker(runtime, {
      // What the program was started with is no business of the site's.
      env: {},
      argv: [],
      execArgv: [],
      resourceLimits: RESOURCE_LIMITS,
      name: 'site',
    });
    const died = new Promise<PeerServerError>((resolve) => {
      const tell = (text: string, cause?: unknown) =>
        resolve(new PeerServerError('host-failed', text, { cause }));
      worker.once('error', (error) => tell(error.message, error));
      worker.once('exit', () => tell('Its thread has ended.'));
    });
    // The same class as the global one, in Node's own words.
    const ports = Object.values(start.ports).flatMap((port: unknown) =>
      port instanceof MessagePort ? [port] : [],
    );
    worker.postMessage(start, ports);
    return { terminate: () => void worker.terminate(), died };
  };
}
