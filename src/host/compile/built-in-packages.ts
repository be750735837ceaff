import { PeerServerError } from '../../protocol/errors.ts';

/** Reads a file of the folder that the build made (`scripts/build/packages.mjs`), e.g. `hono/cookie.js`. */
export type ReadPackageFile = (file: string, signal: AbortSignal) => Promise<string>;

/** The packages that sites may import without a network. Read once each, when they are first needed. */
export class BuiltInPackages {
  readonly #read: ReadPackageFile;
  readonly #texts = new Map<string, string>();
  #manifest: Manifest | undefined;

  constructor(read: ReadPackageFile) {
    this.#read = read;
  }

  /**
   * What a specifier means: a file, nothing (no such package), or a package whose part is not among them.
   * @throws PeerServerError host-failed when the packages cannot be read
   */
  async find(
    specifier: string,
    signal: AbortSignal,
  ): Promise<
    | { readonly kind: 'file'; readonly file: string }
    /** `pinned`: the specifier with the version that is built in. */
    | { readonly kind: 'part'; readonly pinned: string; readonly parts: readonly string[] }
    | undefined
  > {
    const { modules, versions } = await this.manifest(signal);
    const file = Object.hasOwn(modules, specifier) ? modules[specifier] : undefined;
    if (file !== undefined) return { kind: 'file', file };
    const [name = '', ...rest] = specifier.split('/');
    const version = Object.hasOwn(versions, name) ? versions[name] : undefined;
    if (version === undefined) return undefined;
    const pinned = [`${name}@${version}`, ...rest].join('/');
    const parts = Object.keys(modules).filter((each) => each.startsWith(`${name}/`));
    return { kind: 'part', pinned, parts };
  }

  /**
   * Text of one of the packages' files, be it named in the manifest or shared by several.
   * @throws PeerServerError host-failed
   */
  async text(file: string, signal: AbortSignal): Promise<string> {
    const known = this.#texts.get(file);
    if (known !== undefined) return known;
    const text = await this.#load(file, signal);
    this.#texts.set(file, text);
    return text;
  }

  /**
   * What there is.
   * @throws PeerServerError host-failed
   */
  async manifest(signal: AbortSignal): Promise<Manifest> {
    this.#manifest ??= JSON.parse(await this.#load('manifest.json', signal)) as Manifest;
    return this.#manifest;
  }

  async #load(file: string, signal: AbortSignal): Promise<string> {
    try {
      return await this.#read(file, signal);
    } catch (cause) {
      signal.throwIfAborted();
      const text = `The built-in packages cannot be read (${file}). Load the page again, or install PeerServer anew.`;
      throw new PeerServerError('host-failed', text, { cause });
    }
  }
}

/** `manifest.json`, from our own build. */
interface Manifest {
  /** By specifier, relative to the folder. */
  readonly modules: Readonly<Record<string, string>>;
  /** By package. */
  readonly versions: Readonly<Record<string, string>>;
}
