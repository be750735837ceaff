import { useEffect, useMemo, useState } from 'preact/hooks';
import type { SiteName } from '../../address/site-name.ts';
import { asPeerServerError } from '../../protocol/errors.ts';
import type { StudioConfig } from '../config.ts';
import { Brand } from '../elements/brand.tsx';
import { usePageTitle } from '../elements/page-title.ts';
import { pageSignal } from '../page-signal.ts';
import { createServerList } from '../state/server-list.ts';
import { CreateServer } from './create-server.tsx';
import { IntroductionPicture } from './introduction-picture.tsx';
import { ServerList } from './server-list.tsx';

/** The home page: what this is, a new server, the servers of this browser. */
export function HomePage({ config }: { readonly config: StudioConfig }) {
  usePageTitle('PeerServer');
  const servers = useMemo(() => createServerList(), []);
  const [problem, setProblem] = useState<string>();

  useEffect(() => {
    void servers.refresh();
    // Servers come and go in other tabs; this one catches up when it is looked at.
    const catchUp = () => {
      if (document.visibilityState === 'visible') void servers.refresh();
    };
    document.addEventListener('visibilitychange', catchUp);
    return () => document.removeEventListener('visibilitychange', catchUp);
  }, [servers]);

  async function remove(name: SiteName): Promise<void> {
    try {
      const { deleteServer } = await import('../host.ts');
      await deleteServer(name, { signalUrl: config.signalUrl, signal: pageSignal });
      setProblem(undefined);
    } catch (thrown) {
      setProblem(asPeerServerError(thrown, 'storage-failed').message);
    }
    await servers.refresh();
  }

  return (
    <div class="home">
      <header class="home-head">
        <Brand />
      </header>
      <main class="home-main">
        <section class="hero">
          <div class="hero-words">
            <h1>This tab can be a web server.</h1>
            <p class="lead">
              Make a site here, share its address, and other people’s browsers fetch every page
              straight from yours.
            </p>
          </div>
          <IntroductionPicture />
        </section>
        <CreateServer config={config} servers={servers} />
        <ServerList
          servers={servers.servers.value}
          problem={problem ?? servers.problem.value}
          onDelete={(name) => void remove(name)}
        />
      </main>
      <footer class="home-foot">
        <p>
          A site is online while its tab is open. The signaling server introduces browsers to each
          other and never carries a site’s content.
        </p>
        {config.version && <p>Version {config.version}</p>}
      </footer>
    </div>
  );
}
