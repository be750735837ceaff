import type { SiteLogEntry } from '../host.ts';
import type { LogEntry, LoggedRequest, RequestLog } from '../state/request-log.ts';
import { describePlace, type SiteErrors } from '../state/site-errors.ts';
import { formatBytes, formatDuration } from '../state/wording.ts';

const TIME = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });

type OnOpen = (place: NonNullable<SiteLogEntry['place']>) => void;

/** The latest requests and what the site's code said, folded away until they are wanted. */
export function LogPanel({
  log,
  errors,
  onOpen,
}: {
  readonly log: RequestLog;
  readonly errors: SiteErrors;
  /** Shows a place in a file of the site. */
  readonly onOpen: OnOpen;
}) {
  const entries = log.entries.value;
  const unseen = errors.unseen.value;
  const latest = errors.latest.value;
  return (
    <details class="log" onToggle={(event) => errors.showLog(event.currentTarget.open)}>
      <summary>
        <span class="log-title">Log</span>
        <span class="log-total">
          <span class="numbers log-count">{log.total.value}</span>
          {log.total.value === 1 ? ' request' : ' requests'}
        </span>
        {unseen > 0 && (
          <span class="log-errors numbers">{unseen === 1 ? '1 error' : `${unseen} errors`}</span>
        )}
        {latest ? <Message message={latest} /> : entries[0] && <LatestEntry entry={entries[0]} />}
      </summary>
      <section class="log-body" aria-label="Log">
        {entries.length === 0 ? (
          <p class="empty-note">Nothing yet. Requests and what the site’s code says appear here.</p>
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
              {entries.map((entry) =>
                'message' in entry ? (
                  <MessageRow key={entry.id} message={entry.message} onOpen={onOpen} />
                ) : (
                  <RequestRow key={entry.id} request={entry} />
                ),
              )}
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

function RequestRow({ request }: { readonly request: LoggedRequest }) {
  return (
    <tr title={request.problem}>
      <td class="numbers log-time">{TIME.format(request.at)}</td>
      <td>{request.method}</td>
      <td class="log-path">{request.target}</td>
      <td class={`numbers ${statusClass(request.status)}`}>{request.status}</td>
      <td class="numbers">{formatBytes(request.bytes)}</td>
      <td class="numbers">{formatDuration(request.ms)}</td>
    </tr>
  );
}

function MessageRow({
  message,
  onOpen,
}: {
  readonly message: SiteLogEntry;
  readonly onOpen: OnOpen;
}) {
  const { at, level, place, text, hint, stack, request } = message;
  return (
    <tr title={[request, stack].filter(Boolean).join('\n')}>
      <td class="numbers log-time">{TIME.format(at)}</td>
      <td class={LEVEL_CLASSES[level]}>{level}</td>
      <td class="log-message" colSpan={4}>
        {place && (
          <button type="button" class="log-place" onClick={() => onOpen(place)}>
            {describePlace(place)}
          </button>
        )}
        {text}
        {hint && <em>{hint}</em>}
      </td>
    </tr>
  );
}

const LEVEL_CLASSES = {
  debug: 'log-time',
  info: '',
  warn: 'status-missing',
  error: 'status-error',
} as const;

function LatestEntry({ entry }: { readonly entry: LogEntry }) {
  if ('message' in entry) return <Message message={entry.message} />;
  return <span class="log-latest">{`${entry.method} ${entry.target} → ${entry.status}`}</span>;
}

/** A message in one line. */
function Message({ message: { level, place, text } }: { readonly message: SiteLogEntry }) {
  return (
    <span class={`log-latest ${level === 'error' ? 'status-error' : ''}`}>
      {place ? `${describePlace(place)} ${text}` : text}
    </span>
  );
}

function statusClass(status: number): string {
  if (status >= 500) return 'status-error';
  return status >= 400 ? 'status-missing' : 'status-fine';
}
