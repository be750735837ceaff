import { Database } from 'lucide';
import { useState } from 'preact/hooks';
import { asPeerServerError } from '../../protocol/errors.ts';
import { Icon } from '../elements/icon.tsx';
import { pageSignal } from '../page-signal.ts';
import { useStudio } from '../session/studio.ts';

/** What makes a site a project; the same as in the guide. */
const SETTINGS = '{ "format": 1 }\n';

/** A site of files alone: how it gets a database. */
export function NoDatabase() {
  const { store, toaster } = useStudio();
  const [busy, setBusy] = useState(false);

  /** What is there stays reachable under the same address: in a project, `public/` holds the visitors' files. */
  async function makeProject(): Promise<void> {
    if (store.list().some(({ status }) => status !== 'live')) {
      // Moving them would make them live.
      const message = 'Some files have changes that are not live. Publish or discard them first.';
      toaster.show({ message });
      return;
    }
    setBusy(true);
    try {
      const paths = store.list().map(({ path }) => path);
      const tops = new Set(paths.map((path) => path.split('/')[0] ?? path));
      for (const top of tops) {
        if (!KEPT_IN_PLACE.has(top)) {
          await store.rename(top, `public/${top}`, { publish: true, signal: pageSignal });
        }
      }
      await store.write('peerserver.json', SETTINGS, { publish: true, signal: pageSignal });
      toaster.show({ message: 'This site is a project now, and has a database.' });
    } catch (thrown) {
      toaster.show({ message: asPeerServerError(thrown, 'storage-failed').message });
      setBusy(false);
    }
  }

  return (
    <div class="db-empty">
      <Icon node={Database} size={40} />
      <h2>This site has no database yet</h2>
      <p>
        It is made of files alone. As a project it can also have code that answers requests, and a
        database for what visitors leave there. Its pages keep their addresses: they move into the
        folder <code>public</code>.
      </p>
      <div class="button-row">
        <button
          type="button"
          class="button primary"
          disabled={busy}
          onClick={() => void makeProject()}
        >
          Make it a project
        </button>
        <a class="button" href="/learn/" target="_blank" rel="noopener">
          Read the guide
        </a>
      </div>
    </div>
  );
}

/** Already where a project has them. */
const KEPT_IN_PLACE = new Set(['public', 'routes', 'templates', 'migrations', 'server.ts']);
