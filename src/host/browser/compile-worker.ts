/**
 * The worker that compiles a site: esbuild as WebAssembly takes a second to start and blocks while it works,
 * neither of which a page with visitors can afford.
 */
import { context, initialize, version } from 'esbuild-wasm';
import { asPeerServerError, PeerServerError } from '../../protocol/errors.ts';
import { BuiltInPackages } from '../compile/built-in-packages.ts';
import type { FromCompileWorker, ToCompileWorker } from '../compile/compile-messages.ts';
import { compilerVersion } from '../compile/compiler-version.ts';
import { RemoteModules } from '../compile/remote-modules.ts';
import { SiteCompiler } from '../compile/site-compiler.ts';
import type { ProjectFiles } from '../project/project-files.ts';
import { packageFolderStore } from './compile-package-store.ts';

type Start = Extract<ToCompileWorker, { kind: 'start' }>;

interface Reading {
  readonly resolve: (value: readonly string[] | string) => void;
  readonly reject: (error: PeerServerError) => void;
}

const readings = new Map<number, Reading>();
const cancels = new Map<number, AbortController>();
const listeners = new Set<(paths: readonly string[]) => void>();
let compiler: Promise<SiteCompiler> | undefined;
let nextReading = 0;

const files: ProjectFiles = {
  async list() {
    const paths = await read({});
    return typeof paths === 'string' ? [] : paths;
  },
  async readText(path) {
    const text = await read({ path });
    return typeof text === 'string' ? text : '';
  },
  subscribe(listener) {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

function read(what: { readonly path?: string }): Promise<readonly string[] | string> {
  return new Promise((resolve, reject) => {
    nextReading += 1;
    readings.set(nextReading, { resolve, reject });
    tell({ kind: 'read', id: nextReading, ...what });
  });
}

addEventListener('message', ({ data }: MessageEvent<ToCompileWorker>) => {
  switch (data.kind) {
    case 'start':
      compiler = start(data);
      // Told to every compilation; without one nobody needs to know.
      compiler.catch(() => undefined);
      break;
    case 'compile':
      void compile(data.id, data.packagesFrom);
      break;
    case 'cancel':
      cancels.get(data.id)?.abort();
      break;
    case 'list':
      settle(data.id, (reading) => reading.resolve(data.paths));
      break;
    case 'text':
      settle(data.id, (reading) => reading.resolve(data.text));
      break;
    case 'unreadable':
      settle(data.id, (reading) => reading.reject(new PeerServerError(data.code, data.text)));
      break;
    case 'changed':
      for (const listener of listeners) listener(data.paths);
      break;
  }
});

function settle(id: number, how: (reading: Reading) => void): void {
  const reading = readings.get(id);
  readings.delete(id);
  if (reading) how(reading);
}

async function start({ esbuildWasmUrl, packagesUrl, directory }: Start): Promise<SiteCompiler> {
  try {
    await initialize({ wasmURL: esbuildWasmUrl, worker: false });
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    const text = `The compiler cannot be loaded (${detail}). Check the connection and load the page again.`;
    throw new PeerServerError('host-failed', text, { cause });
  }
  return new SiteCompiler({
    context,
    version: compilerVersion(version, packagesUrl),
    builtIn: new BuiltInPackages(async (file, signal) => {
      const response = await fetch(packagesUrl + file, { signal });
      if (!response.ok) throw new Error(`status ${response.status}`);
      return response.text();
    }),
    remote: new RemoteModules(packageFolderStore(directory)),
  });
}

async function compile(id: number, packagesFrom: string): Promise<void> {
  const cancel = new AbortController();
  cancels.set(id, cancel);
  try {
    if (!compiler) throw new PeerServerError('host-failed', 'The compiler was not started.');
    const output = await (await compiler).compile(files, { packagesFrom, signal: cancel.signal });
    tell({ kind: 'compiled', id, output });
  } catch (thrown) {
    const { code, message } = asPeerServerError(thrown, 'host-failed');
    tell({ kind: 'failed', id, code, text: message });
  } finally {
    cancels.delete(id);
  }
}

function tell(message: FromCompileWorker): void {
  postMessage(message);
}
