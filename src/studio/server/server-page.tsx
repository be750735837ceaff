import { useEffect, useMemo } from 'preact/hooks';
import type { SiteName } from '../../address/site-name.ts';
import type { StudioConfig } from '../config.ts';
import { MessagePage } from '../elements/message-page.tsx';
import { usePageTitle } from '../elements/page-title.ts';
import { listServers, openServer } from '../host.ts';
import { toLogged } from '../log/log-entry.ts';
import { createRequestLog } from '../log/request-log.ts';
import { createSiteErrors } from '../log/site-errors.ts';
import { createServerSession } from '../session/server-session.ts';
import { Workspace } from './workspace.tsx';

interface ServerPageProps {
  readonly name: SiteName;
  readonly config: StudioConfig;
}

/** How often new requests are drawn, milliseconds. */
const LOG_REFRESH_MS = 100;

/** The server tab: as long as it is open, the site is online. */
export function ServerPage({ name, config }: ServerPageProps) {
  // A timer and not an animation frame: a server tab is mostly hidden, where no frame is ever drawn.
  const log = useMemo(() => createRequestLog((draw) => setTimeout(draw, LOG_REFRESH_MS)), []);
  const errors = useMemo(createSiteErrors, []);
  const session = useMemo(
    () =>
      createServerSession(name, {
        host: { listServers, openServer },
        signalUrl: config.signalUrl,
        now: Date.now,
        onRequest: (event) => {
          log.add(toLogged(event, session.labels.of(event.visitorKey)));
        },
        onSiteLog: (entry) => {
          log.addMessage(entry);
          errors.add(entry);
        },
      }),
    [name, config, log, errors],
  );
  useEffect(() => {
    void session.start();
    const lookAgain = () => {
      if (document.visibilityState === 'visible') void session.lookAgain();
    };
    document.addEventListener('visibilitychange', lookAgain);
    return () => {
      document.removeEventListener('visibilitychange', lookAgain);
      session.close();
    };
  }, [session]);
  usePageTitle(name);

  const phase = session.phase.value;
  switch (phase.kind) {
    case 'opening':
      return (
        <main class="opening" aria-busy="true">
          <p role="status">Opening {name}…</p>
        </main>
      );
    case 'missing':
      return (
        <MessagePage
          title={`No server “${name}” in this browser`}
          message="A server lives in the browser that created it. If it was made in another browser or on another device, open it there. To visit its site, ask for its address. Or create a new server on the home page."
        />
      );
    case 'failed':
      return <MessagePage title={`${name} cannot be opened`} message={phase.message} retry />;
    case 'open':
      return (
        <Workspace
          session={session}
          server={phase.server}
          log={log}
          errors={errors}
          config={config}
        />
      );
  }
}
