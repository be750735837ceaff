import type { LoggedRequest, RequestLog } from '../state/request-log.ts';
import { formatBytes, formatDuration } from '../state/wording.ts';

const TIME = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });

/** The latest requests, folded away until they are wanted. */
export function RequestLogPanel({ log }: { readonly log: RequestLog }) {
  const entries = log.entries.value;
  return (
    <details class="log">
      <summary>
        <span class="log-title">Requests</span>
        <span class="log-count numbers">{log.total.value}</span>
        {entries[0] && <LatestRequest request={entries[0]} />}
      </summary>
      <section class="log-body" aria-label="Recent requests">
        {entries.length === 0 ? (
          <p class="empty-note">
            None yet. Open the site in a browser and its requests appear here.
          </p>
        ) : (
          <table class="log-table">
            <thead>
              <tr>
                <th scope="col">Time</th>
                <th scope="col">Method</th>
                <th scope="col">Path</th>
                <th scope="col">Status</th>
                <th scope="col">Size</th>
                <th scope="col">Took</th>
              </tr>
            </thead>
            <tbody>
              {entries.map((entry) => (
                <tr key={entry.id} title={entry.problem}>
                  <td class="numbers log-time">{TIME.format(entry.at)}</td>
                  <td>{entry.method}</td>
                  <td class="log-path">{entry.target}</td>
                  <td class={`numbers ${statusClass(entry.status)}`}>{entry.status}</td>
                  <td class="numbers">{formatBytes(entry.bytes)}</td>
                  <td class="numbers">{formatDuration(entry.ms)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        {entries.length > 0 && (
          <button type="button" class="button small" onClick={() => log.clear()}>
            Clear
          </button>
        )}
      </section>
    </details>
  );
}

function LatestRequest({ request }: { readonly request: LoggedRequest }) {
  return (
    <span class="log-latest">
      {request.method} {request.target} → {request.status}
    </span>
  );
}

function statusClass(status: number): string {
  if (status >= 500) return 'status-error';
  return status >= 400 ? 'status-missing' : 'status-fine';
}
