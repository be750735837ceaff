import type { ProjectFiles } from '../project/project-files.ts';
import { loaderOf } from './resolve-import.ts';

/**
 * A project's files as the compiler reads them: each text is read once and kept until it changes. What is
 * being read when it changes is not kept.
 */
export class ProjectSources {
  readonly #files: ProjectFiles;
  readonly #texts = new Map<string, Promise<string>>();
  readonly #unsubscribe: () => void;
  #paths: Promise<ReadonlySet<string>> | undefined;

  constructor(files: ProjectFiles) {
    this.#files = files;
    this.#unsubscribe = files.subscribe((paths) => {
      this.#paths = undefined;
      for (const path of paths) this.#texts.delete(path);
    });
  }

  /** True when this reads `files`. */
  reads(files: ProjectFiles): boolean {
    return this.#files === files;
  }

  /**
   * All files that code can import; photographs and the like are none.
   * @throws PeerServerError storage-failed
   */
  paths(signal: AbortSignal): Promise<ReadonlySet<string>> {
    this.#paths ??= this.#kept(this.#list(signal), (failed) => {
      if (this.#paths === failed) this.#paths = undefined;
    });
    return this.#paths;
  }

  /** @throws PeerServerError storage-failed */
  text(path: string, signal: AbortSignal): Promise<string> {
    const known = this.#texts.get(path);
    if (known) return known;
    const reading = this.#kept(this.#files.readText(path, signal), (failed) => {
      if (this.#texts.get(path) === failed) this.#texts.delete(path);
    });
    this.#texts.set(path, reading);
    return reading;
  }

  /** Forgets all and listens no more. */
  close(): void {
    this.#unsubscribe();
    this.#texts.clear();
  }

  async #list(signal: AbortSignal): Promise<ReadonlySet<string>> {
    const paths = await this.#files.list(signal);
    return new Set(paths.filter((path) => loaderOf(path) !== undefined));
  }

  /** A failure is for who asked now; the next one asks anew. */
  #kept<T>(reading: Promise<T>, forget: (failed: Promise<T>) => void): Promise<T> {
    reading.catch(() => forget(reading));
    return reading;
  }
}
