import { isSiteCode } from '../files/names/file-names.ts';
import type { SiteStore } from '../host.ts';
import { MAX_MIGRATIONS_READ, readSchema, type TableSchema } from './completion/table-schema.ts';
import type { SiteKnowledge } from './languages.ts';

/**
 * What of a site the editor may offer, for each of its files; read anew when it has changed.
 * @param signal ends reading
 */
export function createSiteKnowledge(
  store: Pick<SiteStore, 'list' | 'readText' | 'subscribe'>,
  signal: AbortSignal,
): (path: string) => SiteKnowledge {
  const isMigration = (path: string) => /^migrations\/.*\.sql$/i.test(path);
  let schema: Promise<TableSchema> | undefined;
  const stop = store.subscribe(({ draft }) => {
    if (draft.some(isMigration)) schema = undefined;
  });
  signal.addEventListener('abort', stop);

  async function read(): Promise<TableSchema> {
    const migrations = store
      .list()
      .map(({ path }) => path)
      .filter(isMigration)
      .slice(0, MAX_MIGRATIONS_READ);
    return readSchema(
      await Promise.all(migrations.map((path) => store.readText(path, { signal }))),
    );
  }

  return (path) => ({
    path,
    siteCode: isSiteCode(path, store.list()),
    paths: () => store.list().map((file) => file.path),
    schema() {
      // A file that cannot be read now may be read next time: without it there is nothing to offer.
      schema ??= read().catch(() => {
        schema = undefined;
        return {};
      });
      return schema;
    },
  });
}
