import { ArrowDown, ArrowUp, Unplug } from 'lucide';
import type { RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { keyFingerprint } from '../../protocol/identity.ts';
import { Icon } from '../elements/icon.tsx';
import { useFocusHeir } from '../elements/keep-focus.ts';
import { formatBytes, formatDuration } from '../elements/wording.ts';
import type { VisitorStats } from '../host.ts';
import type { VisitorLabels } from '../session/visitor-labels.ts';
import { describeRoute, explainRoute, formatAge, shortFingerprint } from './describe-visitor.ts';

const WHEN = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

interface VisitorTableProps {
  /** Oldest first. */
  readonly visitors: readonly VisitorStats[];
  readonly labels: VisitorLabels;
  /** Public keys of the author's own visits, which nobody need send away. */
  readonly own: ReadonlySet<string>;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Has the focus when the line is gone that had it. */
  readonly heading: RefObject<HTMLElement | null>;
  readonly onDisconnect: (visitor: VisitorStats) => void;
}

/** A line for each connection; on a phone, a card. */
export function VisitorTable(props: VisitorTableProps) {
  const { visitors, labels, own, now, heading, onDisconnect } = props;
  return (
    <div class="card visitor-card">
      <table class="visitor-table">
        <thead>
          <tr>
            <th scope="col">Visitor</th>
            <th scope="col">Connected</th>
            <th scope="col">Route</th>
            <th scope="col">Data</th>
            <th scope="col">Round trip</th>
            <th scope="col">Requests</th>
            <th scope="col">
              <span class="visually-hidden">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {visitors.map((visitor) => (
            <VisitorRow
              key={visitor.connectionId}
              visitor={visitor}
              label={labels.of(visitor.key)}
              own={own.has(visitor.key)}
              now={now}
              heading={heading}
              onDisconnect={() => onDisconnect(visitor)}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface VisitorRowProps {
  readonly visitor: VisitorStats;
  readonly label: string;
  readonly own: boolean;
  readonly now: number;
  readonly heading: RefObject<HTMLElement | null>;
  readonly onDisconnect: () => void;
}

function VisitorRow({ visitor, label, own, now, heading, onDisconnect }: VisitorRowProps) {
  const { key, joinedAt, route, sentBytes, receivedBytes, roundTripMs } = visitor;
  const fingerprint = useFingerprint(key);
  const since = new Date(joinedAt);
  const row = useRef<HTMLTableRowElement>(null);
  useFocusHeir(row, heading);
  return (
    <tr ref={row}>
      <th scope="row">
        <span class="visitor-label">{label}</span>
        <code class="visitor-key" title={fingerprint && `Key ${fingerprint}`}>
          {fingerprint ? shortFingerprint(fingerprint) : ''}
        </code>
      </th>
      <td data-label="Connected">
        <time dateTime={since.toISOString()} title={WHEN.format(since)}>
          {formatAge(now - joinedAt)}
        </time>
      </td>
      <td data-label="Route">
        <span class={`visitor-route ${route}`} title={explainRoute(route)}>
          {describeRoute(route)}
        </span>
      </td>
      <td data-label="Data" class="numbers visitor-data">
        <span title="Sent to this visitor">
          <Icon node={ArrowUp} size={13} />
          <span class="visually-hidden">Sent </span>
          {formatBytes(sentBytes)}
        </span>
        <span title="Received from this visitor">
          <Icon node={ArrowDown} size={13} />
          <span class="visually-hidden">received </span>
          {formatBytes(receivedBytes)}
        </span>
      </td>
      <td data-label="Round trip" class="numbers">
        {roundTripMs === undefined ? '–' : formatDuration(roundTripMs)}
      </td>
      <td data-label="Requests" class="numbers">
        {visitor.requests.toLocaleString('en-GB')}
        {visitor.activeRequests > 0 && (
          <span class="visitor-active">{` (${visitor.activeRequests} now)`}</span>
        )}
      </td>
      <td class="visitor-action">
        {own ? (
          <span class="visitor-own">The preview in this tab</span>
        ) : (
          <button
            type="button"
            class="button small"
            aria-label={`Disconnect ${label}`}
            onClick={onDisconnect}
          >
            <Icon node={Unplug} size={14} />
            Disconnect
          </button>
        )}
      </td>
    </tr>
  );
}

/** The fingerprint of a public key; undefined for the moment that it takes. */
function useFingerprint(key: string): string | undefined {
  const [fingerprint, setFingerprint] = useState<string | undefined>(undefined);
  useEffect(() => {
    let isLatest = true;
    void keyFingerprint(key).then((made) => {
      if (isLatest) setFingerprint(made);
    });
    return () => {
      isLatest = false;
    };
  }, [key]);
  return fingerprint;
}
