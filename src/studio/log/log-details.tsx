import { Copy, X } from 'lucide';
import type { ComponentChildren } from 'preact';
import { Icon } from '../elements/icon.tsx';
import { formatBytes, formatDuration } from '../elements/wording.ts';
import { useStudio } from '../session/studio.ts';
import type { LogEntry, LoggedMessage, LoggedRequest } from './log-entry.ts';
import { logEntryJson } from './log-file.ts';
import { type OnOpenPlace, statusClass } from './log-row.tsx';
import { queryPairs } from './query-pairs.ts';
import { describePlace } from './site-errors.ts';

const WHEN = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

interface LogDetailsProps {
  readonly entry: LogEntry;
  readonly onOpenPlace: OnOpenPlace;
  readonly onClose: () => void;
}

/** All that is known of one entry. */
export function LogDetails({ entry, onOpenPlace, onClose }: LogDetailsProps) {
  const { toaster } = useStudio();
  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(logEntryJson(entry));
      toaster.show({ message: 'Entry copied as JSON.' });
    } catch {
      // Browsers refuse it to pages that are not secure or not in front.
      toaster.show({
        message: 'The browser does not let this page copy. Select the text instead.',
      });
    }
  }
  return (
    <section class="log-details" aria-label="Details of the entry">
      <header class="log-details-head">
        <h2>{'message' in entry ? SOURCES[entry.message.source] : `${entry.method} request`}</h2>
        <button type="button" class="icon-button" aria-label="Copy entry" onClick={copy}>
          <Icon node={Copy} size={16} />
        </button>
        <button type="button" class="icon-button" aria-label="Close details" onClick={onClose}>
          <Icon node={X} size={16} />
        </button>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, which the keyboard must be able to do. */}
      <div class="log-details-body" tabIndex={0}>
        {'message' in entry ? (
          <MessageDetails entry={entry} onOpenPlace={onOpenPlace} />
        ) : (
          <RequestDetails entry={entry} />
        )}
      </div>
    </section>
  );
}

const SOURCES: Record<LoggedMessage['message']['source'], string> = {
  console: 'Console message',
  compile: 'Compilation',
  handler: 'Error while answering',
  database: 'Database',
  sandbox: 'Sandbox',
};

function RequestDetails({ entry }: { readonly entry: LoggedRequest }) {
  const query = queryPairs(entry.target);
  return (
    <>
      <p class="log-details-target">{entry.target}</p>
      {entry.problem && <p class="notice danger">{entry.problem}</p>}
      <Facts>
        <Fact name="Status">
          <span class={statusClass(entry.status)}>{entry.status}</span>
        </Fact>
        <Fact name="Visitor">{entry.visitor}</Fact>
        <Fact name="Time">{WHEN.format(entry.at)}</Fact>
        <Fact name="Took">{formatDuration(entry.ms)}</Fact>
        <Fact name="Size">{formatBytes(entry.bytes)}</Fact>
      </Facts>
      {query.length > 0 && <Fields title="Query" fields={query} />}
      <Fields title="Request headers" fields={entry.requestHeaders} />
      <Fields title="Response headers" fields={entry.responseHeaders} />
    </>
  );
}

function MessageDetails({
  entry: { message },
  onOpenPlace,
}: {
  readonly entry: LoggedMessage;
  readonly onOpenPlace: OnOpenPlace;
}) {
  const { at, level, text, hint, place, stack, request } = message;
  return (
    <>
      <p class={`log-details-text ${level === 'error' ? 'status-error' : ''}`}>{text}</p>
      {hint && <p class="notice">{hint}</p>}
      <Facts>
        <Fact name="Level">{level}</Fact>
        <Fact name="Time">{WHEN.format(at)}</Fact>
        {place && (
          <Fact name="Place">
            <button type="button" class="log-place" onClick={() => onOpenPlace(place)}>
              {describePlace(place)}
            </button>
          </Fact>
        )}
        {request && <Fact name="Request">{request}</Fact>}
      </Facts>
      {place?.lineText && <pre class="log-details-code">{place.lineText.trim()}</pre>}
      {stack && (
        <>
          <h3>Stack</h3>
          <pre class="log-details-code">{stack}</pre>
        </>
      )}
    </>
  );
}

function Facts({ children }: { readonly children: ComponentChildren }) {
  return <dl class="log-facts">{children}</dl>;
}

function Fact({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Fields({
  title,
  fields,
}: {
  readonly title: string;
  readonly fields: readonly (readonly [name: string, value: string])[];
}) {
  return (
    <>
      <h3>{title}</h3>
      {fields.length === 0 ? (
        <p class="empty-note">None.</p>
      ) : (
        <dl class="log-facts log-fields">
          {fields.map(([name, value], index) => (
            <div key={index}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
    </>
  );
}
