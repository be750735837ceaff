import { useEffect, useState } from 'preact/hooks';
import { Brand } from '../elements/brand.tsx';
import type { Connection, ServerSession } from '../state/server-session.ts';
import { countVisitors, describeSignaling } from '../state/wording.ts';
import { ShareAddress } from './share-address.tsx';

interface ServerHeaderProps {
  readonly session: ServerSession;
  /** The address to share. */
  readonly address: string;
}

/** Name, state and visitors on one side; how to reach the site on the other. */
export function ServerHeader({ session, address }: ServerHeaderProps) {
  return (
    <header class="server-head">
      <div class="server-identity">
        <Brand />
        <h1 class="server-name">{session.name}</h1>
        <ConnectionState connection={session.connection.value} />
        <span class="visitor-count" aria-live="polite">
          {countVisitors(session.visitors.value)}
        </span>
      </div>
      <div class="server-share">
        <ShareAddress address={address} />
        <a class="button primary" href={`/connect/${session.name}/`} target="_blank" rel="noopener">
          Open Browser
        </a>
      </div>
    </header>
  );
}

/**
 * The connection's state. The seconds that count down are not announced one by one: the live region
 * holds the state alone.
 */
function ConnectionState({ connection }: { readonly connection: Connection }) {
  const now = useSecondsWhile(connection.kind === 'offline' && connection.retryAt !== undefined);
  const text = describeSignaling(connection, now);
  return (
    <span class={`connection ${connection.kind}`}>
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
