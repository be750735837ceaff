/** What a dynamic site is made of, in memory. */
import type { PeerServerError } from '../../protocol/errors.ts';
import type { CompiledSite } from '../compile/compiled-site.ts';
import type { Compiler } from '../compile/compiler.ts';
import type { MigrationFile, SiteDatabase } from '../database/site-database.ts';
import type { ProjectFiles } from '../project/project-files.ts';
import { readRoutes } from '../project/read-routes.ts';
import type { SiteLogEntry } from '../site-log.ts';
import { answeredAsByWorker } from './answered-as-by-worker.ts';

/** The files of a project; `save` changes one and tells. */
export class MemoryProject implements ProjectFiles {
  readonly #listeners = new Set<(paths: readonly string[]) => void>();

  constructor(readonly files: Map<string, string>) {}

  async list(): Promise<readonly string[]> {
    return [...this.files.keys()].sort();
  }

  async readText(path: string): Promise<string> {
    return this.files.get(path) ?? '';
  }

  subscribe(listener: (paths: readonly string[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  save(path: string, text: string): void {
    this.files.set(path, text);
    for (const listener of this.#listeners) listener([path]);
  }

  get listeners(): number {
    return this.#listeners.size;
  }
}

/** Its code is the text of all files below routes/. */
export class StandInCompiler implements Compiler {
  compiled = 0;
  problems: SiteLogEntry[] = [];
  failure: PeerServerError | undefined;

  async compile(files: ProjectFiles): Promise<CompiledSite | undefined> {
    this.compiled += 1;
    if (this.failure) throw this.failure;
    const paths = await files.list(new AbortController().signal);
    const { table } = readRoutes(paths, 0);
    const hasServer = paths.includes('server.ts');
    if (table.files.length === 0 && !hasServer) return undefined;
    const texts = await Promise.all(
      table.files.map((path) => files.readText(path, new AbortController().signal)),
    );
    const code = texts.join();
    return { code, sourceMap: '', hash: code, routes: table, hasServer, problems: this.problems };
  }

  async close(): Promise<void> {}
}

/** A database that only notes what is asked of it. */
export class StandInDatabase {
  readonly migrated: string[][] = [];
  opened = 0;
  closed = 0;
  /** What opening it fails with. */
  failure: PeerServerError | undefined;
  lose: (error: PeerServerError) => void = () => {};
  readonly restored: Uint8Array[] = [];
  /** What restoring waits for; rejects for a file that is refused. */
  restoring: Promise<void> = Promise.resolve();

  readonly open = async (): Promise<SiteDatabase> => {
    this.opened += 1;
    if (this.failure) throw this.failure;
    const refuse = () => Promise.reject(new Error('Not here.'));
    return {
      lost: new Promise((resolve) => {
        this.lose = resolve;
      }),
      connect: () => new MessageChannel().port1,
      migrate: async (files: readonly MigrationFile[]) => {
        this.migrated.push(files.map(({ path }) => path));
        return { ok: true, applied: [], entries: [] };
      },
      query: refuse,
      batch: refuse,
      script: refuse,
      insertRows: refuse,
      backup: async () => new Uint8Array([this.migrated.length]),
      restore: (file, signal) => {
        this.restored.push(file);
        return answeredAsByWorker(this.restoring, signal);
      },
      subscribe: () => () => {},
      close: async () => {
        this.closed += 1;
      },
    };
  };
}
