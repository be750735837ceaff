import { PeerServerError } from '../../protocol/errors.ts';
import type { SiteFiles } from '../files.ts';
import type { ProjectFiles } from '../project/project-files.ts';
import type { SiteChange } from './public-api.ts';

/** The part of a site's store that a project is read from. */
export interface LiveStore {
  readonly liveFiles: SiteFiles;
  /** Paths of the live files, in any order. */
  livePaths(): Iterable<string>;
  subscribe(listener: (change: SiteChange) => void): () => void;
}

/** The live files of a server in this browser, as its compiler reads them. */
export function projectFiles(store: LiveStore): ProjectFiles {
  return {
    list: async () => [...store.livePaths()].sort(),
    async readText(path) {
      const file = await store.liveFiles.lookup(path);
      if (!file) throw new PeerServerError('storage-failed', `There is no file “${path}”.`);
      const content = await file.read();
      return new Response(content).text();
    },
    subscribe: (listener) =>
      store.subscribe(({ live }) => {
        if (live.length > 0) listener(live);
      }),
  };
}
