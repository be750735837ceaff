import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type LaunchedBrowser, launchBrowser } from '../../e2e/browsers/launch.ts';
import { runPeerServer } from '../lab/command-line.ts';
import { controlQuietly } from '../lab/quiet-control.ts';
import { projectRoot } from '../project-root.ts';
import { type Engine, openNodeEngine, openTabEngine } from './engine/engines.ts';
import { load } from './load.ts';
import type { DynamicHost, DynamicOptions } from './options.ts';
import { startDirect } from './places/direct.ts';
import { openInProcess } from './places/in-process.ts';
import { openProjectTab } from './places/project-tab.ts';
import { visit } from './places/visitor.ts';
import { type Asked, type Place, questionsOf } from './questions.ts';

const SITE = `${projectRoot}/bench/dynamic/site`;
/** How long a site may take until its code answers: the first time a compiler is loaded. Milliseconds. */
const READY_MS = 120_000;
const POLL_MS = 200;

/** Everything that is measured, running and ready. */
export interface DynamicLab {
  readonly browser: string;
  readonly places: ReadonlyMap<Place, Asked>;
  readonly engines: ReadonlyMap<DynamicHost, Engine>;
  /** Ends everything and removes what was written. */
  close(): Promise<void>;
}

/** Sets everything up. When that fails nothing is left running. */
export async function openDynamicLab(
  options: DynamicOptions,
  progress: (text: string) => void,
): Promise<DynamicLab> {
  const undo: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const folder = await mkdtemp(join(tmpdir(), 'peerserver-bench-'));
    undo.push(() => rm(folder, { recursive: true, force: true }));
    // Neither the names nor the keys of the person who measures are touched.
    const env = { XDG_STATE_HOME: folder, XDG_CONFIG_HOME: folder, XDG_DATA_HOME: folder };
    const leases = join(folder, 'leases.json');
    const app = await runPeerServer(['start', '--quiet', '--port', '0', '--leases', leases], env);
    undo.push(() => app.stop());
    const launched = options.hosts.includes('tab')
      ? await launchBrowser(options.browser)
      : undefined;
    if (launched) undo.push(() => launched.close());

    const copySite = async (name: string): Promise<string> => {
      await cp(SITE, join(folder, name), { recursive: true });
      return join(folder, name);
    };
    const host = async (kind: DynamicHost): Promise<Asked> => {
      const name = `bench-${kind}`;
      const site = await copySite(name);
      if (kind === 'node') {
        progress('Starting a server in Node…');
        const args = ['host', site, '--name', name, '--server', app.address, '--quiet'];
        const command = await runPeerServer(args, env);
        undo.push(() => command.stop());
      } else if (launched) {
        progress('Making a server in a tab…');
        await launched.guard(
          openProjectTab(await controlQuietly(launched), app.address, name, site),
        );
      }
      return visit(`http://${name}.localhost:${new URL(app.address).port}/`);
    };

    const places = new Map<Place, Asked>();
    const add = async (place: Place, opening: Promise<Asked>): Promise<void> => {
      const asked = await opening;
      undo.push(() => asked.close());
      await untilReady(asked, place);
      places.set(place, asked);
    };
    for (const kind of options.hosts) await add(kind, host(kind));
    await add('process', copySite('bench-process').then(openInProcess));
    await add(
      'direct',
      startDirect(`${projectRoot}/dist/bench/direct-server.mjs`, [
        join(folder, 'direct.sqlite'),
        join(SITE, 'migrations/0001_rows.sql'),
      ]),
    );
    const engines = new Map<DynamicHost, Engine>();
    for (const kind of options.hosts) {
      const engine = await openEngine(kind, folder, launched);
      undo.push(() => engine.close());
      engines.set(kind, engine);
    }
    const browser = launched ? await launched.browser.version() : 'no browser';
    return { browser, places, engines, close };
  } catch (thrown) {
    await close();
    throw thrown;
  }
}

function openEngine(
  kind: DynamicHost,
  folder: string,
  launched: LaunchedBrowser | undefined,
): Promise<Engine> {
  if (kind === 'tab' && launched) return openTabEngine(launched.browser);
  const program = `${projectRoot}/dist/bench/node-thread.mjs`;
  return openNodeEngine(program, join(folder, 'engine.sqlite'));
}

/** Waits until everything is answered as it should be. */
async function untilReady(asked: Asked, place: Place): Promise<void> {
  for (const end = performance.now() + READY_MS; ; ) {
    try {
      for (const question of questionsOf(place)) await load(asked, question, { atOnce: 1, ms: 1 });
      return;
    } catch (thrown) {
      if (performance.now() > end) throw thrown;
      await setTimeout(POLL_MS);
    }
  }
}
