/** The queries that were run on a server before, newest first, kept in this browser. */
import { type ReadonlySignal, signal } from '@preact/signals';

/** Queries that are kept. */
export const MAX_QUERIES = 50;

/** Characters of one; a longer one is not kept. All of them fit well into a browser's 5 MB. */
export const MAX_QUERY_LENGTH = 20_000;

export interface PastQuery {
  readonly sql: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export interface QueryHistory {
  readonly queries: ReadonlySignal<readonly PastQuery[]>;
  /** What stood in the editor last: whole, but after a reload only `MAX_QUERY_LENGTH` characters of it. */
  draft(): string;
  keepDraft(sql: string): void;
  add(sql: string): void;
  clear(): void;
}

export interface QueryHistoryOptions {
  readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
  readonly serverName: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export function createQueryHistory({
  storage,
  serverName,
  now,
}: QueryHistoryOptions): QueryHistory {
  const place = queriesPlace(serverName);
  const draftPlace = queryDraftPlace(serverName);
  const queries = signal(parseQueries(read(storage, place)));
  let latestDraft: string | undefined;

  function keep(next: readonly PastQuery[]): void {
    queries.value = next;
    write(storage, place, JSON.stringify(next));
  }

  return {
    queries,
    draft: () => latestDraft ?? (read(storage, draftPlace) ?? '').slice(0, MAX_QUERY_LENGTH),
    keepDraft(sql) {
      latestDraft = sql;
      write(storage, draftPlace, sql.slice(0, MAX_QUERY_LENGTH));
    },
    add(sql) {
      const text = sql.trim();
      if (text === '' || text.length > MAX_QUERY_LENGTH) return;
      const others = queries.peek().filter((query) => query.sql !== text);
      keep([{ sql: text, at: now() }, ...others].slice(0, MAX_QUERIES));
    },
    clear: () => keep([]),
  };
}

/** Removes what is stored of a server: another of its name must not show its queries. */
export function forgetQueries(storage: Pick<Storage, 'removeItem'>, serverName: string): void {
  try {
    storage.removeItem(queriesPlace(serverName));
    storage.removeItem(queryDraftPlace(serverName));
  } catch {
    // The browser keeps nothing for this page: there is nothing to remove.
  }
}

function queriesPlace(serverName: string): string {
  return `peerserver.queries.${serverName}`;
}

function queryDraftPlace(serverName: string): string {
  return `peerserver.query-draft.${serverName}`;
}

/** What is stored may be anything: other versions and people write there, too. */
export function parseQueries(stored: string | null): readonly PastQuery[] {
  let found: unknown;
  try {
    found = JSON.parse(stored ?? '[]');
  } catch {
    // Not ours: begin anew.
    return [];
  }
  if (!Array.isArray(found)) return [];
  return found.slice(0, MAX_QUERIES).flatMap((query: unknown) => {
    if (typeof query !== 'object' || query === null) return [];
    const { sql, at } = query as Record<string, unknown>;
    const good = typeof sql === 'string' && typeof at === 'number' && Number.isFinite(at);
    return good && sql.length <= MAX_QUERY_LENGTH ? [{ sql, at }] : [];
  });
}

function read(storage: QueryHistoryOptions['storage'], place: string): string | null {
  try {
    return storage.getItem(place);
  } catch {
    // The browser keeps nothing for this page: the history lasts as long as the page.
    return null;
  }
}

function write(storage: QueryHistoryOptions['storage'], place: string, text: string): void {
  try {
    storage.setItem(place, text);
  } catch {
    // Full, or forbidden: the query itself matters, its memory does not.
  }
}
