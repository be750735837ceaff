import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'puppeteer-core';
import { type LaunchedBrowser, launchBrowser } from '../../e2e/browsers/launch.ts';
import type { BenchOptions, HostKind } from '../options.ts';
import { runPeerServer } from './command-line.ts';
import { buildEarlier } from './earlier-build.ts';
import { FramedPage } from './framed-page.ts';
import {
  SMALL_BYTES,
  SMALL_PATH,
  SMALL_STREAM_PATH,
  startLoopbackServer,
} from './loopback-server.ts';
import { controlQuietly } from './quiet-control.ts';
import { openRawChannel, type RawChannel } from './raw-channel.ts';
import { openServerTab } from './server-tab.ts';
import { BULK_PATH, writeSiteFiles } from './site-files.ts';

/** Who carries a large transfer. */
export type BulkKind = HostKind | 'raw';
/** Who answers small requests; `ping` is an echo on the raw channel. */
export type SmallKind = HostKind | 'floor' | 'floor-stream' | 'ping' | 'http';

/** All kinds of small requests that a run makes. */
export function smallKindsOf({ hosts }: BenchOptions): SmallKind[] {
  return [...hosts, 'floor', 'floor-stream', 'ping', 'http'];
}

/** How long after a failure the death of a browser may take to be known, milliseconds. */
const DEATH_NOTICE_MS = 2_000;

const SITE_NAMES: Record<HostKind, string> = {
  tab: 'bench-tab',
  node: 'bench-node',
  earlier: 'bench-earlier',
};

/** Firefox rounds what pages read from the clock to a millisecond otherwise. */
const FIREFOX_PREFS = { 'privacy.reduceTimerPrecision': false };

interface Pages {
  readonly raw: RawChannel;
  readonly floor: FramedPage;
  readonly http: FramedPage;
  readonly visits: Readonly<Partial<Record<HostKind, FramedPage>>>;
}

/** Two browsers, the servers, and all pages that are measured, ready to be measured. */
export class Lab {
  readonly host: LaunchedBrowser;
  readonly visitor: LaunchedBrowser;
  /** Where both browsers are driven from while they are measured. */
  readonly controls: { readonly host: Browser; readonly visitor: Browser };
  readonly #pages: Pages;
  readonly #cleanUp: () => Promise<void>;

  private constructor(
    host: LaunchedBrowser,
    visitor: LaunchedBrowser,
    controls: { readonly host: Browser; readonly visitor: Browser },
    pages: Pages,
    cleanUp: () => Promise<void>,
  ) {
    this.host = host;
    this.visitor = visitor;
    this.controls = controls;
    this.#pages = pages;
    this.#cleanUp = cleanUp;
  }

  /** Sets everything up. When that fails nothing is left running; BrowserDied when a browser died. */
  static async open(options: BenchOptions, progress: (text: string) => void): Promise<Lab> {
    const undo: (() => Promise<void>)[] = [];
    const cleanUp = async () => {
      for (const step of undo.splice(0).reverse()) await step();
    };
    try {
      const folder = await mkdtemp(join(tmpdir(), 'peerserver-bench-'));
      undo.push(() => rm(folder, { recursive: true, force: true }));
      const site = await writeSiteFiles(folder, options.bulkBytes);
      const loopback = await startLoopbackServer(options.port);
      undo.push(() => loopback.close());
      // Neither the names nor the keys of the person who measures are touched.
      const env = { XDG_STATE_HOME: folder, XDG_CONFIG_HOME: folder, XDG_DATA_HOME: folder };
      const port = options.port === 0 ? 0 : options.port + 1;
      const leases = join(folder, 'leases.json');
      const start = ['start', '--quiet', '--port', `${port}`, '--leases', leases];
      const app = await runPeerServer(start, env);
      undo.push(() => app.stop());
      const openEarlierApp = async (revision: string) => {
        progress(`Building ${revision}…`);
        const program = await buildEarlier(revision, folder);
        const earlierLeases = join(folder, 'earlier-leases.json');
        const args = ['start', '--quiet', '--port', '0', '--leases', earlierLeases];
        const earlier = await runPeerServer(args, env, program);
        undo.push(() => earlier.stop());
        return earlier;
      };
      const earlierApp =
        options.against === undefined ? undefined : await openEarlierApp(options.against);

      progress(`Starting two ${options.browser} browsers…`);
      const host = await launchBrowser(options.browser);
      undo.push(() => host.close());
      const visitor = await launchBrowser(options.browser, { prefs: FIREFOX_PREFS });
      undo.push(() => visitor.close());
      const controls = {
        host: await controlQuietly(host),
        visitor: await controlQuietly(visitor),
      };

      const openVisit = async (kind: HostKind): Promise<FramedPage> => {
        progress(kind === 'node' ? 'Starting a server in Node…' : 'Making a server in a tab…');
        const name = SITE_NAMES[kind];
        const { address } = (kind === 'earlier' && earlierApp) || app;
        if (kind === 'node') {
          const args = ['host', site.folder, '--name', name, '--server', address, '--quiet'];
          const command = await runPeerServer(args, env);
          undo.push(() => command.stop());
        } else await openServerTab(controls.host, address, name, site.uploads);
        const { port: appPort } = new URL(address);
        return FramedPage.open(controls.visitor, `http://${name}.localhost:${appPort}/`);
      };
      const openPages = async (): Promise<Pages> => ({
        raw: await openRawChannel(controls.host, controls.visitor, loopback.rawUrl),
        floor: await FramedPage.open(controls.visitor, loopback.floorUrl),
        http: await FramedPage.open(controls.visitor, loopback.plainUrl),
        visits: Object.fromEntries(
          await inTurn(options.hosts, async (kind) => [kind, await openVisit(kind)] as const),
        ),
      });
      const pages = await guard([host, visitor], openPages());
      return new Lab(host, visitor, controls, pages, cleanUp);
    } catch (thrown) {
      await cleanUp();
      throw thrown;
    }
  }

  /** Transfers `bytes` once. @returns milliseconds. Rejects with BrowserDied when a browser died. */
  transfer(kind: BulkKind, bytes: number): Promise<number> {
    return guard(
      [this.host, this.visitor],
      kind === 'raw'
        ? this.#pages.raw.transfer(bytes)
        : this.#visit(kind).transfer(BULK_PATH, bytes),
    );
  }

  /** Makes `count` small requests in turn. @returns milliseconds of each. Rejects as `transfer` does. */
  request(kind: SmallKind, count: number): Promise<number[]> {
    return guard(
      [this.host, this.visitor],
      kind === 'ping'
        ? this.#pages.raw.ping(count)
        : this.#smallPage(kind).request(
            kind === 'floor-stream' ? SMALL_STREAM_PATH : SMALL_PATH,
            SMALL_BYTES,
            count,
          ),
    );
  }

  /** Ends everything and removes what was written. */
  close(): Promise<void> {
    return this.#cleanUp();
  }

  #smallPage(kind: Exclude<SmallKind, 'ping'>): FramedPage {
    switch (kind) {
      case 'floor':
      case 'floor-stream':
        return this.#pages.floor;
      case 'http':
        return this.#pages.http;
      default:
        return this.#visit(kind);
    }
  }

  #visit(kind: HostKind): FramedPage {
    const visit = this.#pages.visits[kind];
    if (visit === undefined) throw new Error(`No site served by ${kind} was opened.`);
    return visit;
  }
}

/**
 * Settles like `work`, but with BrowserDied when it fails because one of the browsers died: puppeteer's own
 * error (a closed connection) often comes before the process is known to have ended.
 */
async function guard<T>(browsers: readonly LaunchedBrowser[], work: Promise<T>): Promise<T> {
  const all = async <R>(settled: Promise<R>): Promise<R> => {
    for (const browser of browsers) settled = browser.guard(settled);
    return settled;
  };
  try {
    return await all(work);
  } catch (thrown) {
    await all(new Promise<void>((resolve) => setTimeout(resolve, DEATH_NOTICE_MS)));
    throw thrown;
  }
}

async function inTurn<T, R>(items: readonly T[], action: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await action(item));
  return results;
}
