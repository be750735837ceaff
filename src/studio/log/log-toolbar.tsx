import { Download, Pause, Play, Trash2 } from 'lucide';
import { Icon } from '../elements/icon.tsx';
import { LOG_CHOICES, type LogChoice, type LogFilter } from './log-filter.ts';
import type { RequestLog } from './request-log.ts';

const CHOICE_LABELS: Record<LogChoice, string> = {
  all: 'All',
  requests: 'Requests',
  errors: 'Errors',
  console: 'Console',
};

interface LogToolbarProps {
  readonly log: RequestLog;
  readonly filter: LogFilter;
  readonly onFilter: (filter: LogFilter) => void;
  readonly onDownload: () => void;
}

/** What is shown of the log, and what can be done with it. */
export function LogToolbar({ log, filter, onFilter, onDownload }: LogToolbarProps) {
  const paused = log.paused.value;
  const waiting = log.waiting.value;
  const empty = log.entries.value.length === 0;
  return (
    <div class="log-tools">
      <input
        class="text-field log-search"
        type="search"
        aria-label="Filter log"
        placeholder="Filter"
        value={filter.text}
        onInput={(event) => onFilter({ ...filter, text: event.currentTarget.value })}
      />
      <fieldset class="log-choices">
        <legend class="visually-hidden">Entries to show</legend>
        {LOG_CHOICES.map((choice) => (
          <label key={choice} class="log-choice">
            <input
              type="radio"
              name="log-choice"
              checked={filter.choice === choice}
              onChange={() => onFilter({ ...filter, choice })}
            />
            {CHOICE_LABELS[choice]}
          </label>
        ))}
      </fieldset>
      <div class="log-buttons">
        {paused && (
          <span class="log-waiting numbers">
            {waiting === 0 ? 'Nothing new' : `${waiting.toLocaleString()} waiting`}
          </span>
        )}
        <button
          type="button"
          class="button small"
          aria-label={paused ? 'Resume log' : 'Pause log'}
          onClick={() => (paused ? log.resume() : log.pause())}
        >
          <Icon node={paused ? Play : Pause} size={14} />
          <span class="log-button-text">{paused ? 'Resume' : 'Pause'}</span>
        </button>
        <button
          type="button"
          class="button small"
          aria-label="Clear log"
          disabled={empty && waiting === 0}
          onClick={() => log.clear()}
        >
          <Icon node={Trash2} size={14} />
          <span class="log-button-text">Clear</span>
        </button>
        <button
          type="button"
          class="button small"
          aria-label="Download log as JSON"
          disabled={empty}
          onClick={onDownload}
        >
          <Icon node={Download} size={14} />
          <span class="log-button-text">JSON</span>
        </button>
      </div>
    </div>
  );
}
