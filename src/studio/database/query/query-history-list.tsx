import type { QueryHistory } from './query-history.ts';

interface QueryHistoryListProps {
  readonly history: QueryHistory;
  readonly onChoose: (sql: string) => void;
}

/** Queries that were run before; choosing one puts it into the editor. */
export function QueryHistoryList({ history, onChoose }: QueryHistoryListProps) {
  const queries = history.queries.value;
  if (queries.length === 0) return <p class="db-note">No query was run yet.</p>;
  return (
    <section class="db-history" aria-label="History">
      <ul>
        {queries.map(({ sql, at }) => (
          <li key={`${at} ${sql}`}>
            <button type="button" onClick={() => onChoose(sql)}>
              <code>{sql.replace(/\s+/g, ' ')}</code>
              <time dateTime={new Date(at).toISOString()}>
                {new Date(at).toLocaleString(undefined, {
                  dateStyle: 'medium',
                  timeStyle: 'short',
                })}
              </time>
            </button>
          </li>
        ))}
      </ul>
      <button type="button" class="button small" onClick={() => history.clear()}>
        Clear history
      </button>
    </section>
  );
}
