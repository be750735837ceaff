import { useEffect, useState } from 'preact/hooks';
import { formatBytes } from '../elements/wording.ts';

/** What this browser says about what is kept in it. */
interface StorageState {
  /** Bytes of all servers and of what else this page keeps. */
  readonly used: number;
  readonly persistent: boolean;
}

/**
 * How much the servers take of this browser, and whether it may throw them away.
 * @param version changes when the servers have changed
 */
export function StorageNote({ version }: { readonly version: unknown }) {
  const [state, setState] = useState<StorageState>();
  const [refused, setRefused] = useState(false);
  useEffect(() => {
    let current = true;
    void readStorage().then((read) => {
      if (current) setState(read);
    });
    return () => {
      current = false;
    };
  }, [version]);
  if (!state) return null;

  async function protect(): Promise<void> {
    setRefused(!(await askToKeep()));
    setState(await readStorage());
  }

  return (
    <p class="storage-note">
      <span>
        Kept in this browser: <span class="numbers">{formatBytes(state.used)}</span>.{' '}
        {state.persistent
          ? 'It stays until you delete it. A server that matters deserves an export all the same.'
          : 'When space runs short the browser may clear it. Export what matters.'}{' '}
        <span role="status">{refused && !state.persistent && 'The browser did not agree.'}</span>
      </span>
      {!state.persistent && (
        <button type="button" class="link-button" onClick={() => void protect()}>
          Ask the browser to keep it
        </button>
      )}
    </p>
  );
}

/** Whether the browser has agreed to keep what is in it. */
async function askToKeep(): Promise<boolean> {
  try {
    return await navigator.storage.persist();
  } catch {
    // Where it cannot be asked, the answer is the same.
    return false;
  }
}

/** Undefined in a browser that does not tell. */
async function readStorage(): Promise<StorageState | undefined> {
  try {
    const { usage } = await navigator.storage.estimate();
    return { used: usage ?? 0, persistent: await navigator.storage.persisted() };
  } catch {
    // Only a note: without it nothing is missing.
    return undefined;
  }
}
