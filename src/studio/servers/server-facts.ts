import { type ReadonlySignal, signal } from '@preact/signals';
import type { SiteName } from '../../address/site-name.ts';

/** What is known of a server without opening it. */
export interface ServerFacts {
  readonly bytes: number;
  readonly files: number;
  /** Whether a tab of this browser serves it now. */
  readonly running: boolean;
}

export interface ServerFactsList {
  /** By name; one that could not be read is missing. */
  readonly facts: ReadonlySignal<ReadonlyMap<SiteName, ServerFacts>>;
  /** Reads them anew; what is known stays until then. */
  refresh(names: readonly SiteName[]): Promise<void>;
}

/**
 * What the servers of this browser hold, read one after the other: each reads a list of files from the disk,
 * and a hundred at once would keep the page from what is being clicked.
 * @param describe reads one; may reject
 */
export function createServerFacts(
  describe: (name: SiteName) => Promise<ServerFacts>,
): ServerFactsList {
  const facts = signal<ReadonlyMap<SiteName, ServerFacts>>(new Map());
  let latest = 0;
  return {
    facts,
    async refresh(names) {
      latest += 1;
      const run = latest;
      const known = new Map([...facts.peek()].filter(([name]) => names.includes(name)));
      facts.value = known;
      for (const name of names) {
        const found = await readQuietly(describe, name);
        // A later refresh reads all of them again.
        if (run !== latest) return;
        const next = new Map(facts.peek());
        if (found) next.set(name, found);
        else next.delete(name);
        facts.value = next;
      }
    },
  };
}

async function readQuietly(
  describe: (name: SiteName) => Promise<ServerFacts>,
  name: SiteName,
): Promise<ServerFacts | undefined> {
  try {
    return await describe(name);
  } catch {
    // Deleted meanwhile, or unreadable: its line stays without numbers, and opening it tells the reason.
    return undefined;
  }
}
