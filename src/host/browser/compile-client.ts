import { asPeerServerError, PeerServerError } from '../../protocol/errors.ts';
import type { FromCompileWorker, ToCompileWorker } from '../compile/compile-messages.ts';
import { type CompileOutput, compiledSite } from '../compile/compile-output.ts';
import type { Compiler } from '../compile/compiler.ts';
import { findSiteParts } from '../compile/site-parts.ts';
import type { ProjectFiles } from '../project/project-files.ts';
import { compileCache } from './compile-cache.ts';

/** What a Worker is to this file. */
export interface CompileWorker {
  onmessage: ((event: MessageEvent<FromCompileWorker>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
  postMessage(message: ToCompileWorker): void;
  terminate(): void;
}

export interface BrowserCompilerOptions {
  /** Starts `compile-worker.ts`. Called when there is something to compile that was not compiled before. */
  readonly createWorker: () => CompileWorker;
  readonly esbuildWasmUrl: string;
  /** With a slash at its end. */
  readonly packagesUrl: string;
  /** The site's folder: the last result and packages from elsewhere are kept in it. */
  readonly directory: FileSystemDirectoryHandle;
  /** Of compiler and packages, as the worker says it. */
  readonly version: string;
}

type CompileOptions = Parameters<Compiler['compile']>[1];

/** A compiler for one site, in a worker of this page. */
export function createBrowserCompiler(options: BrowserCompilerOptions): Compiler {
  return new BrowserCompiler(options);
}

interface Waiting {
  readonly resolve: (output: CompileOutput | undefined) => void;
  readonly reject: (error: PeerServerError) => void;
}

class BrowserCompiler implements Compiler {
  readonly #options: BrowserCompilerOptions;
  readonly #cache: ReturnType<typeof compileCache>;
  readonly #waiting = new Map<number, Waiting>();
  readonly #closed = new AbortController();
  #worker: { readonly files: ProjectFiles; readonly link: CompileWorker; end(): void } | undefined;
  #nextId = 0;
  #mayBeCached = true;
  /** The end of the last write to the cache. Never rejects. */
  #keeping: Promise<void> = Promise.resolve();

  constructor(options: BrowserCompilerOptions) {
    this.#options = options;
    this.#cache = compileCache(options.directory);
  }

  async compile(files: ProjectFiles, options: CompileOptions) {
    const signal = AbortSignal.any([options.signal, this.#closed.signal]);
    throwIfCancelled(signal);
    // Most sites have no code; theirs must not cost a compiler of many megabytes.
    if (!findSiteParts(new Set(await files.list(signal)), 0)) return undefined;
    const output = (await this.#kept(files, options)) ?? (await this.#made(files, options, signal));
    return output && compiledSite(output);
  }

  async close(): Promise<void> {
    this.#closed.abort();
    this.#endWorker(new PeerServerError('cancelled', 'The compiler was closed.'));
    await this.#keeping;
  }

  /** Asked once only: after that the worker has everything in memory. */
  async #kept(files: ProjectFiles, options: CompileOptions): Promise<CompileOutput | undefined> {
    if (!this.#mayBeCached) return undefined;
    const output = await this.#cache.find(files, this.#options.version, options);
    this.#mayBeCached = false;
    return output;
  }

  async #made(
    files: ProjectFiles,
    { packagesFrom }: CompileOptions,
    signal: AbortSignal,
  ): Promise<CompileOutput | undefined> {
    throwIfCancelled(signal);
    const link = this.#workerFor(files);
    this.#nextId += 1;
    const id = this.#nextId;
    const cancel = (): void => link.postMessage({ kind: 'cancel', id });
    signal.addEventListener('abort', cancel, { once: true });
    try {
      const output = await new Promise<CompileOutput | undefined>((resolve, reject) => {
        this.#waiting.set(id, { resolve, reject });
        link.postMessage({ kind: 'compile', id, packagesFrom });
      });
      // Nobody waits for it: a save is live before it is kept for the next time.
      if (output?.isLasting) this.#keeping = this.#keeping.then(() => this.#cache.keep(output));
      return output;
    } finally {
      signal.removeEventListener('abort', cancel);
      this.#waiting.delete(id);
    }
  }

  #workerFor(files: ProjectFiles): CompileWorker {
    if (this.#worker?.files === files) return this.#worker.link;
    this.#endWorker(new PeerServerError('cancelled', 'Another project is compiled now.'));
    const { createWorker, esbuildWasmUrl, packagesUrl, directory } = this.#options;
    const link = createWorker();
    link.onmessage = ({ data }) => this.#hear(data, files, link);
    link.onerror = (event) => {
      event.preventDefault();
      const detail = event.message || 'it could not be loaded';
      const text = `The compiler stopped (${detail}). It starts again at the next save.`;
      this.#endWorker(new PeerServerError('host-failed', text));
    };
    const unsubscribe = files.subscribe((paths) => link.postMessage({ kind: 'changed', paths }));
    const end = (): void => {
      unsubscribe();
      link.terminate();
    };
    this.#worker = { files, link, end };
    link.postMessage({ kind: 'start', esbuildWasmUrl, packagesUrl, directory });
    return link;
  }

  #endWorker(reason: PeerServerError): void {
    this.#worker?.end();
    this.#worker = undefined;
    for (const { reject } of this.#waiting.values()) reject(reason);
    this.#waiting.clear();
  }

  #hear(message: FromCompileWorker, files: ProjectFiles, link: CompileWorker): void {
    switch (message.kind) {
      case 'compiled':
        this.#waiting.get(message.id)?.resolve(message.output);
        break;
      case 'failed': {
        const error = new PeerServerError(message.code, message.text);
        this.#waiting.get(message.id)?.reject(error);
        // It could not start: the next save tries another one.
        if (message.code === 'host-failed') this.#endWorker(error);
        break;
      }
      case 'read':
        void this.#answer(message, files, link);
        break;
    }
  }

  async #answer(
    { id, path }: Extract<FromCompileWorker, { kind: 'read' }>,
    files: ProjectFiles,
    link: CompileWorker,
  ): Promise<void> {
    const { signal } = this.#closed;
    try {
      if (path === undefined) {
        link.postMessage({ kind: 'list', id, paths: await files.list(signal) });
      } else {
        link.postMessage({ kind: 'text', id, text: await files.readText(path, signal) });
      }
    } catch (thrown) {
      const { code, message } = asPeerServerError(thrown, 'storage-failed');
      link.postMessage({ kind: 'unreadable', id, code, text: message });
    }
  }
}

function throwIfCancelled(signal: AbortSignal): void {
  if (!signal.aborted) return;
  throw new PeerServerError('cancelled', 'The compilation was cancelled.', {
    cause: signal.reason,
  });
}
