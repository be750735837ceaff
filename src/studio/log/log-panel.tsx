import { useMemo, useRef, useState } from 'preact/hooks';
import { saveFile } from '../elements/save-file.ts';
import type { SiteLogEntry } from '../host.ts';
import { useCommands, useStudio } from '../session/studio.ts';
import { TrafficSparkline } from '../visitors/traffic-chart.tsx';
import { LogDetails } from './log-details.tsx';
import type { LogEntry } from './log-entry.ts';
import { logFile } from './log-file.ts';
import { filterLog, type LogFilter, NO_FILTER } from './log-filter.ts';
import { createLogHeight } from './log-height.ts';
import { LogList } from './log-list.tsx';
import type { RowSizes } from './log-position.ts';
import type { OnOpenPlace } from './log-row.tsx';
import { LogSplitter } from './log-splitter.tsx';
import { LogToolbar } from './log-toolbar.tsx';
import type { RequestLog } from './request-log.ts';
import { describePlace, type SiteErrors } from './site-errors.ts';

interface LogPanelProps {
  readonly log: RequestLog;
  readonly errors: SiteErrors;
  /** Shows a place in a file of the site. */
  readonly onOpen: OnOpenPlace;
}

/** The requests and what the site's code said, folded away until they are wanted. */
export function LogPanel({ log, errors, onOpen }: LogPanelProps) {
  const { areas, session } = useStudio();
  const shown = areas.shown.value.has('log');
  const unseen = errors.unseen.value;
  const latest = errors.latest.value;
  const newest = log.entries.value[0];
  useCommands(
    () => [
      {
        id: 'log.pause',
        title: log.paused.value ? 'Resume the log' : 'Pause the log',
        group: 'Server',
        run: () => (log.paused.peek() ? log.resume() : log.pause()),
      },
      { id: 'log.clear', title: 'Clear the log', group: 'Server', run: () => log.clear() },
    ],
    [log, log.paused.value],
  );
  return (
    <details
      class="log"
      open={shown}
      onToggle={({ currentTarget: { open } }) => {
        errors.showLog(open);
        if (open !== areas.shown.peek().has('log')) areas.toggle('log');
      }}
    >
      <summary>
        <span class="log-title">Log</span>
        <span class="log-total">
          <span class="numbers log-count">{log.total.value}</span>
          {log.total.value === 1 ? ' request' : ' requests'}
        </span>
        {unseen > 0 && (
          <span class="log-errors numbers">{unseen === 1 ? '1 error' : `${unseen} errors`}</span>
        )}
        {latest ? <Message message={latest} /> : newest && <LatestEntry entry={newest} />}
        <TrafficSparkline seconds={session.traffic.seconds} />
      </summary>
      {shown && <LogBody log={log} onOpen={onOpen} />}
    </details>
  );
}

/** The open log: its tools, its entries, and the details of one. */
function LogBody({ log, onOpen }: Omit<LogPanelProps, 'errors'>) {
  const { areas, session } = useStudio();
  const [filter, setFilter] = useState<LogFilter>(NO_FILTER);
  const [selected, select] = useState<LogEntry | undefined>(undefined);
  const size = useMemo(() => createLogHeight(localStorage, () => innerHeight), []);
  const phone = areas.room.value === 'phone';
  const sizes = useMemo(() => rowSizes(phone), [phone]);
  const all = log.entries.value;
  const entries = useMemo(() => filterLog(all, filter), [all, filter]);
  const body = useRef<HTMLElement>(null);

  function closeDetails(): void {
    const inside = body.current?.querySelector('.log-details')?.contains(document.activeElement);
    // To the entry's row, or, where that is not drawn, to the one that Tab would reach.
    const rows = [`[data-entry="${selected?.id}"]`, '[data-entry][tabindex="0"]'];
    const row = rows.map((one) => body.current?.querySelector<HTMLElement>(one)).find(Boolean);
    if (inside) row?.focus({ preventScroll: true });
    select(undefined);
  }

  return (
    <section
      ref={body}
      class="log-body"
      id="log-body"
      aria-label="Log"
      style={{ '--log-height': `${size.height.value}px` }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') closeDetails();
      }}
    >
      {!phone && <LogSplitter size={size} />}
      <LogToolbar
        log={log}
        filter={filter}
        onFilter={setFilter}
        onDownload={() => saveFile(`${session.name}-log.json`, logFile(entries))}
      />
      <div class="log-main">
        {entries.length > 0 ? (
          <LogList
            // Another choice is another list, which begins at its top.
            key={`${filter.choice} ${filter.text}`}
            entries={entries}
            sizes={sizes}
            selected={selected?.id}
            onSelect={(id) => select(entries.find((entry) => entry.id === id))}
            onOpenPlace={onOpen}
          />
        ) : (
          <EmptyLog total={all.length} onShowAll={() => setFilter(NO_FILTER)} />
        )}
        {selected && <LogDetails entry={selected} onOpenPlace={onOpen} onClose={closeDetails} />}
      </div>
    </section>
  );
}

function EmptyLog({
  total,
  onShowAll,
}: {
  readonly total: number;
  readonly onShowAll: () => void;
}) {
  if (total === 0) {
    return (
      <p class="empty-note log-empty">
        Nothing yet. Requests and what the site’s code says appear here.
      </p>
    );
  }
  return (
    <p class="empty-note log-empty">
      None of {total === 1 ? 'one entry' : `${total} entries`} is like this.{' '}
      <button type="button" class="link-button" onClick={onShowAll}>
        Show all
      </button>
    </p>
  );
}

/** Heights of rows and lines, CSS pixels: larger where fingers choose. */
function rowSizes(phone: boolean): RowSizes {
  const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
  return { row: Math.round(rem * (phone ? 2.5 : 1.75)), line: Math.round(rem * 1.125) };
}

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
