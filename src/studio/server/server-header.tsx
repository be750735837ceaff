import { ExternalLink } from 'lucide';
import { useEffect, useState } from 'preact/hooks';
import { Brand } from '../elements/brand.tsx';
import { Icon } from '../elements/icon.tsx';
import { countVisitors, describeSignaling } from '../elements/wording.ts';
import type { Connection } from '../session/server-session.ts';
import { useStudio } from '../session/studio.ts';
import { ShareAddress } from '../share/share-address.tsx';
import { ShareMenu } from '../share/share-menu.tsx';
import { AreaSwitches } from './area-switches.tsx';
import { PageLinks } from './page-links.tsx';
import { ServerAge } from './server-age.tsx';
import { ServerMenu } from './server-menu.tsx';

interface ServerHeaderProps {
  /** The address to share. */
  readonly address: string;
  /** Another tab has the server: nothing can be done with it from here. */
  readonly locked: boolean;
}

/** Name, state and visitors; the pages; how to reach the site; what can be done with the server. */
export function ServerHeader({ address, locked }: ServerHeaderProps) {
  const { session, openFile, areas } = useStudio();
  const phone = areas.room.value === 'phone';
  return (
    <header class="server-head">
      <div class="server-identity">
        <Brand />
        <h1 class="server-name" title={session.name}>
          {session.name}
        </h1>
        {locked ? (
          // The site is online, only not from here.
          <span class="connection elsewhere">In another tab</span>
        ) : (
          <ConnectionState connection={session.connection.value} paused={session.paused.value} />
        )}
        {!locked && (
          <p class="server-facts">
            {/* biome-ignore lint/a11y/useValidAnchor: it is a link, followed without an entry in the history. */}
            <a
              class="visitor-count"
              href="#/visitors"
              aria-live="polite"
              onClick={(event) => {
                if (event.ctrlKey || event.metaKey || event.shiftKey) return;
                event.preventDefault();
                openFile.show('visitors');
              }}
            >
              {countVisitors(session.visitors.value)}
            </a>
            <ServerAge />
          </p>
        )}
      </div>
      <PageLinks />
      <ShareAddress address={address} label="Share address" button="Copy address" />
      <div class="server-actions" inert={locked}>
        <a
          class="button primary open-browser"
          data-tour="open-browser"
          href={`/connect/${session.name}/`}
          target="_blank"
          rel="noopener"
        >
          {phone && <Icon node={ExternalLink} />}
          <span>Open Browser</span>
        </a>
        <ShareMenu address={address} />
        <ServerMenu short={phone} />
      </div>
      {!phone && <AreaSwitches />}
    </header>
  );
}

interface ConnectionStateProps {
  readonly connection: Connection;
  readonly paused: boolean;
}

/**
 * The connection's state. The seconds that count down are not announced one by one: the live region
 * holds the state alone.
 */
function ConnectionState({ connection, paused }: ConnectionStateProps) {
  const now = useSecondsWhile(connection.kind === 'offline' && connection.retryAt !== undefined);
  const isPaused = paused && connection.kind === 'online';
  const text = isPaused ? 'Paused' : describeSignaling(connection, now);
  return (
    <span class={`connection ${isPaused ? 'paused' : connection.kind}`}>
      <span class="visually-hidden" role="status">
        {connection.kind === 'offline' ? 'Offline' : text}
      </span>
      <span aria-hidden="true">{text}</span>
    </span>
  );
}

/** The present moment in milliseconds since 1970, renewed every second while `active`. */
function useSecondsWhile(active: boolean): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    if (!active) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [active]);
  return now;
}
