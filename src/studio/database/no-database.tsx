import { Database } from 'lucide';
import { useState } from 'preact/hooks';
import { asPeerServerError } from '../../protocol/errors.ts';
import { Icon } from '../elements/icon.tsx';
import { pageSignal } from '../page-signal.ts';
import { useStudio } from '../session/studio.ts';
import { planProject } from './make-project.ts';

/** A site of files alone: how it gets a database. */
export function NoDatabase() {
  const { store, toaster } = useStudio();
  const [busy, setBusy] = useState(false);

  /** What is there stays reachable under the same address: in a project, `public/` holds the visitors' files. */
  async function makeProject(): Promise<void> {
    if (store.list().some(({ status }) => status !== 'live')) {
      // What visitors get of the project is what was seen here before, and nothing unfinished among it.
      const message = 'Some files have changes that are not live. Publish or discard them first.';
      toaster.show({ message });
      return;
    }
    const plan = planProject(store.list().map(({ path }) => path));
    if (!plan.ok) {
      toaster.show({ message: plan.message });
      return;
    }
    setBusy(true);
    try {
      const { moves, files } = plan;
      await store.renameMany(moves, { files, publish: true, signal: pageSignal });
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
