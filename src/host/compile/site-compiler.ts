import type { BuildContext, BuildFailure, BuildOptions, BuildResult, Message } from 'esbuild';
import { asPeerServerError, PeerServerError } from '../../protocol/errors.ts';
import type { ProjectFiles } from '../project/project-files.ts';
import { sha256Hex } from '../sha256.ts';
import type { SiteLogEntry } from '../site-log.ts';
import type { BuiltInPackages } from './built-in-packages.ts';
import { type CompileOutput, compileKey } from './compile-output.ts';
import { failedSite, NAMESPACES, problemFrom, readableModule } from './compile-problem.ts';
import { MAX_BUNDLE_LENGTH, MAX_PROBLEMS, MAX_ROUNDS } from './limits.ts';
import { ProjectSources } from './project-sources.ts';
import type { RemoteModules } from './remote-modules.ts';
import { jsxSource, readTemplates, throwIfCancelled } from './site-inputs.ts';
import { entryModule, findSiteParts, type SiteParts } from './site-parts.ts';
import { type BundleRun, ENTRY_POINT, sitePlugin } from './site-plugin.ts';

/** What a compiler is made of: the platform chooses. */
export interface CompilerTools {
  /** esbuild's `context`: native in Node, WebAssembly in browsers. */
  readonly context: (options: BuildOptions) => Promise<BuildContext>;
  readonly builtIn: BuiltInPackages;
  readonly remote: RemoteModules;
  /** Another version may make something else of the same files. */
  readonly version: string;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

export interface CompileOptions {
  readonly packagesFrom: string;
  readonly signal: AbortSignal;
}

/** One module in two files: its code, and the map that leads back. */
interface Bundle {
  readonly code: string;
  readonly sourceMap: string;
  readonly problems: readonly SiteLogEntry[];
}

type Rebuilt =
  | { readonly ok: true; readonly result: BuildResult }
  | { readonly ok: false; readonly errors: readonly Message[] };

/** Compiles one site again and again, one compilation at a time; what has not changed is not parsed again. */
export class SiteCompiler {
  readonly #tools: CompilerTools;
  readonly #now: () => number;
  #sources: ProjectSources | undefined;
  #context: { readonly jsxFrom: string; readonly bundler: BuildContext } | undefined;
  #run: BundleRun | undefined;
  /** The end of the last compilation. Never rejects. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(tools: CompilerTools) {
    this.#tools = tools;
    this.#now = tools.now ?? Date.now;
  }

  /**
   * As `Compiler.compile`, with plain data as the result.
   * @throws PeerServerError storage-failed, host-failed, cancelled
   */
  compile(files: ProjectFiles, options: CompileOptions): Promise<CompileOutput | undefined> {
    const result = this.#last.then(() => this.#compile(files, options));
    // The caller gets the error; the next one only needs to know that this is over.
    this.#last = result.catch(() => undefined);
    return result;
  }

  /** Waits for what is under way, then lets everything go. */
  async close(): Promise<void> {
    await this.#last;
    this.#sources?.close();
    await this.#context?.bundler.dispose();
    this.#context = undefined;
  }

  async #compile(
    files: ProjectFiles,
    { packagesFrom, signal }: CompileOptions,
  ): Promise<CompileOutput | undefined> {
    throwIfCancelled(signal);
    const sources = this.#sourcesOf(files);
    const paths = await sources.paths(signal);
    const parts = findSiteParts(paths, this.#now());
    if (!parts) return undefined;
    const inputs = new Map<string, string>();
    const templates = await readTemplates(parts, sources, inputs, signal, this.#now());
    const run = {
      entry: entryModule(parts, templates.texts),
      sources,
      paths,
      builtIn: this.#tools.builtIn,
      remote: this.#tools.remote,
      packagesFrom,
      signal,
      inputs,
      trouble: { isPassing: templates.problems.length > 0 },
    };
    const jsxFrom = await jsxSource(sources, paths, inputs, signal);
    const bundle = await this.#bundle(run, parts, jsxFrom);
    const hashes = [...inputs].map(async ([path, text]) => [path, await sha256Hex(text)] as const);
    return {
      code: bundle.code,
      sourceMap: bundle.sourceMap,
      hash: await sha256Hex(bundle.code),
      routeFiles: parts.routeFiles,
      hasServer: parts.server !== undefined,
      problems: [...parts.problems, ...templates.problems, ...bundle.problems].slice(
        0,
        MAX_PROBLEMS,
      ),
      isLasting: !run.trouble.isPassing,
      key: await compileKey(this.#tools.version, paths, packagesFrom),
      inputs: Object.fromEntries(await Promise.all(hashes)),
    };
  }

  #sourcesOf(files: ProjectFiles): ProjectSources {
    if (this.#sources?.reads(files)) return this.#sources;
    this.#sources?.close();
    this.#sources = new ProjectSources(files);
    return this.#sources;
  }

  /** Bundles; what is broken is replaced by a module that says so, until the rest holds together. */
  async #bundle(
    run: Omit<BundleRun, 'broken' | 'amount'>,
    parts: SiteParts,
    jsxFrom: string,
  ): Promise<Bundle> {
    const broken = new Map<string, SiteLogEntry>();
    const problems: SiteLogEntry[] = [];
    const textOf = (file: string) => run.inputs.get(file);
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const amount = { modules: 0, length: 0 };
      const rebuilt = await this.#rebuild({ ...run, broken, amount }, jsxFrom);
      if (rebuilt.ok) {
        problems.push(...this.#warnings(rebuilt.result.warnings, textOf));
        const files = rebuilt.result.outputFiles ?? [];
        const code = files.find((file) => file.path.endsWith('.js'))?.text ?? '';
        const map = files.find((file) => file.path.endsWith('.map'))?.text ?? '{}';
        if (code.length <= MAX_BUNDLE_LENGTH) {
          return { code, sourceMap: withReadableSources(map, textOf), problems };
        }
        const megabytes = MAX_BUNDLE_LENGTH / 1024 / 1024;
        const text = `The site's code with all its packages is larger than ${megabytes} MiB.`;
        return this.#failed(parts, problems, text, 'Import less, or smaller packages.');
      }
      const found = rebuilt.errors
        .map((error) => problemFrom(error, 'error', this.#now(), textOf))
        .sort(byPlace);
      const before = broken.size;
      for (const { module, ...problem } of found) {
        problems.push(problem);
        const isReplaceable = module !== undefined && !module.startsWith(`${NAMESPACES.entry}:`);
        if (isReplaceable && !broken.has(module)) broken.set(module, problem);
      }
      if (broken.size === before) {
        const [first] = found;
        return this.#failed(
          parts,
          problems.slice(0, -found.length),
          first?.text ?? '',
          first?.hint,
        );
      }
    }
    const text = 'Too many files of the site depend on broken ones.';
    return this.#failed(parts, problems, text, 'Mend the files that are named before this.');
  }

  async #rebuild(run: BundleRun, jsxFrom: string): Promise<Rebuilt> {
    this.#run = run;
    const bundler = await this.#bundler(jsxFrom);
    const cancel = (): void => void bundler.cancel();
    run.signal.addEventListener('abort', cancel, { once: true });
    try {
      throwIfCancelled(run.signal);
      const result = await bundler.rebuild();
      throwIfCancelled(run.signal);
      return { ok: true, result };
    } catch (thrown) {
      throwIfCancelled(run.signal);
      if (isBuildFailure(thrown)) {
        rethrowOurs(thrown.errors);
        return { ok: false, errors: thrown.errors };
      }
      throw compilerFailed(thrown);
    } finally {
      run.signal.removeEventListener('abort', cancel);
    }
  }

  /** Made anew only when `tsconfig.json` says something else. */
  async #bundler(jsxFrom: string): Promise<BuildContext> {
    if (this.#context?.jsxFrom === jsxFrom) return this.#context.bundler;
    await this.#context?.bundler.dispose();
    this.#context = undefined;
    try {
      const bundler = await this.#tools.context({
        entryPoints: [ENTRY_POINT],
        outfile: 'site.js',
        bundle: true,
        write: false,
        format: 'esm',
        platform: 'browser',
        target: 'es2022',
        charset: 'utf8',
        sourcemap: 'external',
        sourcesContent: false,
        legalComments: 'none',
        jsx: 'automatic',
        jsxImportSource: jsxFrom,
        // Packages ask for it to choose between their two halves.
        define: { 'process.env.NODE_ENV': '"production"' },
        // Nothing of the machine: a tsconfig.json somewhere above would change what comes out.
        tsconfigRaw: {},
        logLevel: 'silent',
        plugins: [sitePlugin(() => this.#currentRun())],
      });
      this.#context = { jsxFrom, bundler };
      return bundler;
    } catch (thrown) {
      throw compilerFailed(thrown);
    }
  }

  #currentRun(): BundleRun {
    if (!this.#run)
      throw new PeerServerError('host-failed', 'The compiler has nothing to compile.');
    return this.#run;
  }

  /** The author's own only: those of packages are not for the author to mend. */
  #warnings(
    warnings: readonly Message[],
    textOf: (file: string) => string | undefined,
  ): SiteLogEntry[] {
    return warnings
      .map((warning) => problemFrom(warning, 'warn', this.#now(), textOf))
      .filter(({ module }) => module?.startsWith(`${NAMESPACES.site}:`))
      .map(({ module, ...problem }) => problem);
  }

  #failed(
    parts: SiteParts,
    before: readonly SiteLogEntry[],
    text: string,
    hint: string | undefined,
  ): Bundle {
    const problem: SiteLogEntry = {
      at: this.#now(),
      level: 'error',
      source: 'compile',
      text,
      ...(hint === undefined ? {} : { hint }),
    };
    const code = failedSite(parts.routeFiles, parts.server !== undefined, problem);
    const sourceMap = JSON.stringify({ version: 3, sources: [], names: [], mappings: '' });
    return { code, sourceMap, problems: [...before, problem] };
  }
}

/**
 * With names of files as authors know them in place of esbuild's, and with the text of the author's own files,
 * which messages show lines of. Those of packages are large, and nobody asks for them.
 */
function withReadableSources(
  sourceMap: string,
  textOf: (file: string) => string | undefined,
): string {
  const map = JSON.parse(sourceMap) as { sources: readonly string[] };
  const sources = map.sources.map(readableModule);
  const sourcesContent = sources.map((file) => textOf(file) ?? null);
  return JSON.stringify({ ...map, sources, sourcesContent });
}

/** esbuild reads files in parallel; the same site is told the same problems in the same order. */
function byPlace(a: SiteLogEntry, b: SiteLogEntry): number {
  const key = ({ place }: SiteLogEntry) => place?.file ?? '';
  if (key(a) !== key(b)) return key(a) < key(b) ? -1 : 1;
  return (a.place?.line ?? 0) - (b.place?.line ?? 0);
}

function isBuildFailure(thrown: unknown): thrown is BuildFailure {
  return thrown instanceof Error && 'errors' in thrown && Array.isArray(thrown.errors);
}

/** What our plugin threw, and did not tell as an error in the site. */
function rethrowOurs(errors: readonly Message[]): void {
  for (const { detail } of errors) if (detail instanceof PeerServerError) throw detail;
}

function compilerFailed(cause: unknown): PeerServerError {
  const { message } = asPeerServerError(cause, 'host-failed');
  const text = `The compiler does not work (${message}). Load the page again, or install PeerServer anew.`;
  return new PeerServerError('host-failed', text, { cause });
}
