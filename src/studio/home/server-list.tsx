import { useState } from 'preact/hooks';
import type { SiteName } from '../../address/site-name.ts';
import { ConfirmDialog } from '../elements/dialog.tsx';
import type { ServerRecord } from '../host.ts';

interface ServerListProps {
  /** Undefined while they are read. */
  readonly servers: readonly ServerRecord[] | undefined;
  readonly problem: string | undefined;
  readonly onDelete: (name: SiteName) => void;
}

const DATE = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });

/** The servers kept in this browser, with a way into each and a way out of it. */
export function ServerList({ servers, problem, onDelete }: ServerListProps) {
  const [leaving, setLeaving] = useState<SiteName>();
  return (
    <section class="your-servers" aria-labelledby="your-servers-title">
      <h2 id="your-servers-title">Your servers</h2>
      {problem && (
        <p class="notice danger" role="alert">
          {problem}
        </p>
      )}
      {servers?.length === 0 && !problem && (
        <p class="empty-note">
          None yet. The servers you create are kept in this browser and listed here.
        </p>
      )}
      {servers !== undefined && servers.length > 0 && (
        <ul class="card server-rows">
          {servers.map((server) => (
            <li key={server.name} class="server-row">
              <a class="server-link" href={`/server/${server.name}`}>
                {server.name}
              </a>
              <span class="server-date">Created {DATE.format(server.createdAt)}</span>
              <button
                type="button"
                class="button quiet"
                aria-label={`Delete ${server.name}`}
                onClick={() => setLeaving(server.name)}
              >
                Delete
              </button>
            </li>
          ))}
        </ul>
      )}
      {leaving && (
        <ConfirmDialog
          title={`Delete ${leaving}?`}
          message="Its files and the key that proves the name is yours are removed from this browser. This cannot be undone."
          confirmLabel="Delete server"
          onClose={() => setLeaving(undefined)}
          onConfirm={() => {
            setLeaving(undefined);
            onDelete(leaving);
          }}
        />
      )}
    </section>
  );
}
