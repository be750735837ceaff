import { Copy, Download, PencilLine, Trash2 } from 'lucide';
import type { RefObject } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { SiteName } from '../../address/site-name.ts';
import { useFocusHeir } from '../elements/keep-focus.ts';
import { Menu } from '../elements/menu.tsx';
import { countFiles, formatBytes } from '../elements/wording.ts';
import type { ServerRecord } from '../host.ts';
import { describeAge, describeDay } from '../servers/age.ts';
import type { ServerRequest } from '../servers/server-dialog.tsx';
import type { ServerFacts } from '../servers/server-facts.ts';

interface ServerListProps {
  /** Undefined while they are read. */
  readonly servers: readonly ServerRecord[] | undefined;
  readonly facts: ReadonlyMap<SiteName, ServerFacts>;
  readonly problem: string | undefined;
  /** How many there were at the last look: their room is kept. */
  readonly expected: number;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly onRequest: (request: ServerRequest) => void;
}

/** From as many servers on, looking for one by eye takes longer than typing. */
const FILTER_FROM = 10;

/** The servers kept in this browser, with a way into each and what can be done with it. */
export function ServerList(props: ServerListProps) {
  const { servers, problem, expected } = props;
  const [wanted, setWanted] = useState('');
  const heading = useRef<HTMLHeadingElement>(null);
  const shown = servers?.filter(({ name }) => name.includes(wanted.trim().toLowerCase()));
  return (
    <section class="your-servers" aria-labelledby="your-servers-title">
      <div class="section-head">
        <h2 id="your-servers-title" ref={heading} tabIndex={-1}>
          Your servers
        </h2>
        {servers && (servers.length >= FILTER_FROM || wanted !== '') && (
          <input
            class="text-field filter"
            type="search"
            aria-label="Filter servers"
            placeholder="Filter"
            value={wanted}
            onInput={(event) => setWanted(event.currentTarget.value)}
          />
        )}
      </div>
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
      {!servers && expected > 0 && (
        <ul class="card server-rows" aria-busy="true" aria-label="Reading your servers">
          {Array.from({ length: expected }, (_, index) => (
            <li key={index} class="server-row waiting" />
          ))}
        </ul>
      )}
      {shown && shown.length > 0 && (
        <ul class="card server-rows">
          {shown.map((server) => (
            <ServerRow
              key={server.name}
              server={server}
              facts={props.facts.get(server.name)}
              now={props.now}
              heading={heading}
              onRequest={props.onRequest}
            />
          ))}
        </ul>
      )}
      {shown?.length === 0 && servers && servers.length > 0 && (
        <p class="empty-note">No server has “{wanted.trim()}” in its name.</p>
      )}
    </section>
  );
}

interface ServerRowProps {
  readonly server: ServerRecord;
  /** Undefined until they are read. */
  readonly facts: ServerFacts | undefined;
  readonly now: number;
  /** Has the focus when the row is gone that had it. */
  readonly heading: RefObject<HTMLElement | null>;
  readonly onRequest: (request: ServerRequest) => void;
}

function ServerRow({ server, facts, now, heading, onRequest }: ServerRowProps) {
  const { name } = server;
  const row = useRef<HTMLLIElement>(null);
  useFocusHeir(row, heading);
  const contents = facts && `${countFiles(facts.files)} (${formatBytes(facts.bytes)})`;
  const ask = (kind: ServerRequest['kind']) => () =>
    onRequest({ kind, name, ...(contents ? { contents } : {}) });
  return (
    <li ref={row} class="server-row">
      <div class="server-title">
        <a class="server-link" href={`/server/${name}`}>
          {name}
        </a>
        {facts && (
          <span class={facts.running ? 'server-state running' : 'server-state'}>
            {facts.running ? 'Running in a tab' : 'Asleep'}
          </span>
        )}
      </div>
      <span class="server-size numbers">
        {facts && `${countFiles(facts.files)} · ${formatBytes(facts.bytes)}`}
      </span>
      <span class="server-age" title={`Created ${describeDay(server.createdAt)}`}>
        Used {describeAge(server.lastUsed, now)}
        <span class="server-created">Created {describeDay(server.createdAt)}</span>
      </span>
      <a class="button small" href={`/server/${name}`} aria-label={`Open ${name}`}>
        Open
      </a>
      <Menu
        label={`More for ${name}`}
        items={[
          { label: 'Rename…', icon: PencilLine, run: ask('rename') },
          { label: 'Duplicate…', icon: Copy, run: ask('duplicate') },
          { label: 'Export', icon: Download, run: ask('export') },
          { label: 'Delete…', icon: Trash2, danger: true, run: ask('delete') },
        ]}
      />
    </li>
  );
}
