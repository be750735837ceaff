import { formatBytes, formatDuration } from '../elements/wording.ts';
import type { SiteLogEntry } from '../host.ts';
import type { LogEntry, LoggedMessage, LoggedRequest } from './log-entry.ts';
import { messageLines } from './row-shape.ts';
import { describePlace } from './site-errors.ts';

const TIME = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });

/** Shows a place in a file of the site. */
export type OnOpenPlace = (place: NonNullable<SiteLogEntry['place']>) => void;

export interface LogRowProps<Entry = LogEntry> {
  readonly entry: Entry;
  /** From 1, the head of the table included. */
  readonly rowIndex: number;
  /** CSS pixels. */
  readonly height: number;
  readonly selected: boolean;
  /** Whether Tab reaches it; one of all does, the arrow keys go on from there. */
  readonly tabStop: boolean;
  readonly onSelect: () => void;
  readonly onOpenPlace: OnOpenPlace;
}

/** One entry of the list. Its button covers the whole row. */
export function LogRow({ entry, ...props }: LogRowProps) {
  return 'message' in entry ? (
    <MessageRow entry={entry} {...props} />
  ) : (
    <RequestRow entry={entry} {...props} />
  );
}

function RequestRow({ entry, ...props }: LogRowProps<LoggedRequest>) {
  return (
    <tr {...rowProps(entry, props)}>
      <td class="numbers log-time">{TIME.format(entry.at)}</td>
      <td class="log-method">{entry.method}</td>
      <td class="log-path">
        <RowButton id={entry.id} {...props}>
          {entry.target}
        </RowButton>
      </td>
      <td class={`numbers log-status ${statusClass(entry.status)}`}>{entry.status}</td>
      <td class="numbers log-size">{formatBytes(entry.bytes)}</td>
      <td class="numbers log-took">{formatDuration(entry.ms)}</td>
      <td class="log-visitor">{entry.visitor}</td>
    </tr>
  );
}

function MessageRow({ entry, ...props }: LogRowProps<LoggedMessage>) {
  const { at, level, place } = entry.message;
  const { lines, hint } = messageLines(entry.message);
  return (
    <tr {...rowProps(entry, props)}>
      <td class="numbers log-time">{TIME.format(at)}</td>
      <td class={`log-method ${LEVEL_CLASSES[level]}`}>{level}</td>
      <td class="log-message" colSpan={5}>
        {place && (
          <button
            type="button"
            class="log-place"
            tabIndex={props.tabStop ? 0 : -1}
            onClick={() => props.onOpenPlace(place)}
          >
            {describePlace(place)}
          </button>
        )}
        <RowButton id={entry.id} {...props}>
          {lines.join('\n')}
        </RowButton>
        {hint && <em>{hint}</em>}
      </td>
    </tr>
  );
}

function rowProps(entry: LogEntry, { rowIndex, height, selected }: Omit<LogRowProps, 'entry'>) {
  return {
    class: selected ? 'selected' : undefined,
    style: { height: `${height}px` },
    'aria-rowindex': rowIndex,
    'data-error': 'message' in entry && entry.message.level === 'error' ? '' : undefined,
  };
}

function RowButton({
  id,
  selected,
  tabStop,
  onSelect,
  children,
}: Omit<LogRowProps, 'entry'> & { readonly id: number; readonly children: string }) {
  return (
    <button
      type="button"
      class="log-open"
      data-entry={id}
      tabIndex={tabStop ? 0 : -1}
      aria-expanded={selected}
      onClick={onSelect}
    >
      {children}
    </button>
  );
}

const LEVEL_CLASSES = {
  debug: 'log-time',
  info: '',
  warn: 'status-missing',
  error: 'status-error',
} as const;

/** The colour of a status. */
export function statusClass(status: number): string {
  if (status >= 500) return 'status-error';
  return status >= 400 ? 'status-missing' : 'status-fine';
}
