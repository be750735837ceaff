/** The text files that a site's dynamic part is made of, as visitors get them now (the live files). */
export interface ProjectFiles {
  /** Paths of all live files, relative to the site's root, in the order of their paths. */
  list(signal: AbortSignal): Promise<readonly string[]>;
  /**
   * The file as UTF-8 text. Rejects with `storage-failed` when there is none or it cannot be read.
   * @param path as `list` gave it
   */
  readText(path: string, signal: AbortSignal): Promise<string>;
  /** Calls after each change of live files with the paths that changed; the returned function ends it. */
  subscribe(listener: (paths: readonly string[]) => void): () => void;
}
