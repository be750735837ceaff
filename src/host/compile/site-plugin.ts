import type { OnLoadResult, OnResolveArgs, OnResolveResult, Plugin } from 'esbuild';
import { asPeerServerError } from '../../protocol/errors.ts';
import { nearestName } from '../nearest-name.ts';
import type { SiteLogEntry } from '../site-log.ts';
import type { BuiltInPackages } from './built-in-packages.ts';
import { NAMESPACES, throwingModule } from './compile-problem.ts';
import { foreignSchemeHint, nodeModuleHint } from './import-hints.ts';
import { MAX_FILE_LENGTH, MAX_MODULES, MAX_SOURCE_LENGTH } from './limits.ts';
import type { ProjectSources } from './project-sources.ts';
import { RemoteModuleError, type RemoteModules } from './remote-modules.ts';
import { loaderOf, resolveImport } from './resolve-import.ts';
import { RUNTIME_MODULE, runtimeModule } from './runtime-module.ts';

/** What one run of the bundler reads from, and what it leaves behind. */
export interface BundleRun {
  /** Text of the entry module. */
  readonly entry: string;
  readonly sources: ProjectSources;
  readonly paths: ReadonlySet<string>;
  readonly builtIn: BuiltInPackages;
  readonly remote: RemoteModules;
  /** Without a slash at its end. */
  readonly packagesFrom: string;
  readonly signal: AbortSignal;
  /** By module as esbuild names it: these are replaced by what is wrong with them. */
  readonly broken: ReadonlyMap<string, SiteLogEntry>;
  /** Files of the site that were read. */
  readonly inputs: Map<string, string>;
  /** Whether something failed that may work another time, with the same files: a download, a read. */
  readonly trouble: { isPassing: boolean };
  /** Modules and UTF-16 units so far. */
  readonly amount: { modules: number; length: number };
}

/** Name of the entry module for esbuild. */
export const ENTRY_POINT = 'peerserver:entry';

/** An import that cannot be, in words for the author. */
class RefusedImport {
  constructor(
    readonly text: string,
    readonly hint: string,
    /** Of a module from elsewhere. */
    readonly reason?: RemoteModuleError['reason'],
  ) {}
}

/**
 * Lets esbuild read modules from a project and from packages, and from nowhere else.
 * @param currentRun the run that is going on; asked at every call, because one context runs many times
 */
export function sitePlugin(currentRun: () => BundleRun): Plugin {
  return {
    name: 'peerserver',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /.*/ }, async (args) => {
        const found = await resolveModule(args, currentRun());
        if (!(found instanceof RefusedImport)) return found;
        return { errors: [{ text: found.text, detail: { hint: found.hint } }] };
      });
      onLoad({ filter: /.*/ }, (args) => loadModule(args, currentRun()));
    },
  };
}

type Resolved = OnResolveResult | RefusedImport;

async function resolveModule(args: OnResolveArgs, run: BundleRun): Promise<Resolved> {
  const { path: specifier, importer, namespace } = args;
  if (args.kind === 'entry-point') return { path: 'entry', namespace: NAMESPACES.entry };
  if (specifier === RUNTIME_MODULE) return { path: 'runtime', namespace: NAMESPACES.entry };
  switch (namespace) {
    case NAMESPACES.builtIn:
      return { path: joined(importer, specifier), namespace: NAMESPACES.builtIn };
    case NAMESPACES.remote:
      return /^[./]/.test(specifier)
        ? findRemote(new URL(specifier, importer).href, run)
        : findPackage(specifier, run);
    default:
      // A path without `./` in front of it is a package, except that people forget the dot.
      return /^\.{0,2}\/|^\.{1,2}$/.test(specifier)
        ? findFile(specifier, importer, run)
        : findPackage(specifier, run);
  }
}

function findFile(specifier: string, importer: string, run: BundleRun): Resolved {
  const found = resolveImport(specifier, importer, run.paths);
  if (found.ok) return { path: found.path, namespace: NAMESPACES.site };
  return new RefusedImport(found.text, found.hint);
}

async function findPackage(specifier: string, run: BundleRun): Promise<Resolved> {
  const builtIn = await run.builtIn.find(specifier, run.signal);
  if (builtIn?.kind === 'file') return { path: builtIn.file, namespace: NAMESPACES.builtIn };
  const refused = nodeModuleHint(specifier) ?? foreignSchemeHint(specifier);
  if (refused) return new RefusedImport(refused.text, refused.hint);
  if (URL.canParse(specifier)) return findRemote(specifier, run);
  if (!/^(@[\w.-]+\/)?[\w.-]+(@[\w.^~*-]+)?(\/[\w./-]*)?$/.test(specifier)) {
    const text = `${JSON.stringify(specifier.slice(0, 200))} is not the name of a package.`;
    return new RefusedImport(text, 'Files of the site begin with "./" or "/".');
  }
  const forgotten = resolveImport(`/${specifier}`, '', run.paths);
  if (forgotten.ok) {
    const text = `"${specifier}" is read as the name of a package.`;
    return new RefusedImport(text, `For the file of this site write "/${specifier}".`);
  }
  // Hono's own parts must not be there twice, so that other packages are asked for without them.
  const query = '?target=es2022&external=hono,handlebars,zod';
  const name = builtIn?.pinned ?? specifier;
  const found = await findRemote(`${run.packagesFrom}/${name}${query}`, run);
  if (!(found instanceof RefusedImport)) return found;
  const { modules } = await run.builtIn.manifest(run.signal);
  const near = nearestName(specifier, Object.keys(modules));
  const what = found.reason === 'missing' ? 'was not found' : 'could not be loaded';
  const text = `The package "${specifier}" ${what}: ${found.text}`;
  return new RefusedImport(text, near ? `Did you mean "${near}", which is built in?` : found.hint);
}

async function findRemote(address: string, run: BundleRun): Promise<Resolved> {
  const insecure = (url: string) =>
    new RefusedImport(`${url} is no secure address.`, 'Code is loaded over https: only.');
  if (!isSecure(address, run)) return insecure(address);
  try {
    // Loaded here, where an error can be told at the line of the import.
    const { url } = await run.remote.load(address, run.signal);
    // Its own imports are relative to where it came from in the end.
    return isSecure(url, run) ? { path: url, namespace: NAMESPACES.remote } : insecure(url);
  } catch (thrown) {
    const error = asPeerServerError(thrown, 'storage-failed');
    if (error.code === 'cancelled') throw error;
    run.trouble.isPassing = true;
    const reason = error instanceof RemoteModuleError ? error.reason : 'unusable';
    const { versions } = await run.builtIn.manifest(run.signal);
    const builtIn = new Intl.ListFormat('en-GB').format(Object.keys(versions));
    const hint = `${ADVICE[reason]}Built in are ${builtIn}; others are loaded once, from ${run.packagesFrom}.`;
    return new RefusedImport(error.message, hint, reason);
  }
}

const ADVICE: Readonly<Record<RemoteModuleError['reason'], string>> = {
  missing: 'Is the name right? ',
  unreachable: 'Is this computer online? ',
  unusable: '',
};

/** A package server on the own machine needs no certificate. */
function isSecure(address: string, run: BundleRun): boolean {
  const { protocol, origin } = new URL(address);
  return protocol === 'https:' || origin === new URL(run.packagesFrom).origin;
}

interface LoadArgs {
  readonly path: string;
  readonly namespace: string;
  readonly with: Readonly<Record<string, string>>;
}

async function loadModule(args: LoadArgs, run: BundleRun): Promise<OnLoadResult> {
  const { path, namespace } = args;
  const broken = run.broken.get(`${namespace}:${path}`);
  if (broken) return { contents: throwingModule(broken), loader: 'js' };
  run.amount.modules += 1;
  if (run.amount.modules > MAX_MODULES) {
    return refused(
      args,
      `The site has more than ${MAX_MODULES} modules.`,
      'Import fewer packages.',
    );
  }
  const loaded = await readModule(args, run);
  if (typeof loaded.contents === 'string') run.amount.length += loaded.contents.length;
  if (run.amount.length > MAX_SOURCE_LENGTH) {
    const text = `The site's code is larger than ${MAX_SOURCE_LENGTH / 1024 / 1024} MiB.`;
    return refused(args, text, 'Keep data in public/ or in the database.');
  }
  return loaded;
}

async function readModule(args: LoadArgs, run: BundleRun): Promise<OnLoadResult> {
  const { path, namespace } = args;
  switch (namespace) {
    case NAMESPACES.entry:
      return { contents: path === 'runtime' ? runtimeModule() : run.entry, loader: 'js' };
    case NAMESPACES.builtIn:
      return { contents: await run.builtIn.text(path, run.signal), loader: 'js' };
    case NAMESPACES.remote:
      return await loadRemote(path, run);
    default:
      return readSource(args, run);
  }
}

async function loadRemote(url: string, run: BundleRun): Promise<OnLoadResult> {
  const { text, kind } = await run.remote.load(url, run.signal);
  return { contents: text, loader: kind };
}

async function readSource(args: LoadArgs, run: BundleRun): Promise<OnLoadResult> {
  const { path } = args;
  let text: string;
  try {
    text = await run.sources.text(path, run.signal);
  } catch (thrown) {
    const error = asPeerServerError(thrown, 'storage-failed');
    if (error.code === 'cancelled') throw error;
    run.trouble.isPassing = true;
    return refused(args, error.message, 'Save the file again.');
  }
  run.inputs.set(path, text);
  if (text.length > MAX_FILE_LENGTH) {
    const message = `The file is larger than ${MAX_FILE_LENGTH / 1024 / 1024} MiB.`;
    return refused(args, message, 'Keep data in public/ or in the database.');
  }
  // `import text from './a.ts' with { type: 'text' }` means the text.
  const loader = args.with.type === 'text' ? 'text' : loaderOf(path);
  return { contents: text, loader: loader ?? 'text' };
}

/** An error about a module as a whole. */
function refused({ path, namespace }: LoadArgs, text: string, hint: string): OnLoadResult {
  const location = { file: `${namespace}:${path}`, line: 1, column: 0, lineText: '' };
  return { errors: [{ text, detail: { hint }, location }] };
}

/** Path of a package's own file, from `hono/cookie.js` and `../chunks/a.js`. */
function joined(importer: string, specifier: string): string {
  const { pathname } = new URL(specifier, `http://package/${importer}`);
  return pathname.slice(1);
}
