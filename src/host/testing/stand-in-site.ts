import { ManualClock } from '../../protocol/testing/manual-clock.ts';
import { createDynamicSite } from '../create-dynamic-site.ts';
import { siteHandler } from '../dispatch.ts';
import type { DynamicSite, LiveChange } from '../dynamic-site.ts';
import { StandIns } from '../sandbox/testing/stand-in-sandbox.ts';
import type { SiteLogEntry } from '../site-log.ts';
import { MemoryProject, StandInCompiler, StandInDatabase } from './dynamic-site-stand-ins.ts';
import { ask } from './request.ts';

/** What a dynamic site is made of in tests, and what it told. */
export class StandInSite {
  readonly compiler = new StandInCompiler();
  readonly database = new StandInDatabase();
  readonly standIns = new StandIns();
  readonly clock = new ManualClock();
  readonly log: SiteLogEntry[] = [];
  readonly live: LiveChange[] = [];
  readonly stop = new AbortController();

  constructor() {
    this.standIns.code = async ({ headers }, { start }) => ({
      status: 200,
      headers: [],
      body: new TextEncoder().encode(
        `${start.code} ${headers.find(([name]) => name === 'peerserver-run')?.[1]}`,
      ),
    });
  }

  /**
   * Starts it.
   * @param files texts by path
   * @returns its files, the site, and `get`, which gives the status and the text of an answer
   */
  open(files: Readonly<Record<string, string>>): OpenedSite {
    const project = new MemoryProject(new Map(Object.entries(files)));
    const site = createDynamicSite({
      files: project,
      staticFiles: { name: 'static files', handle: async () => undefined },
      compiler: this.compiler,
      openDatabase: this.database.open,
      createSandbox: this.standIns.create,
      clock: this.clock,
      now: () => 0,
      scheme: 'http',
      onLog: (entry) => this.log.push(entry),
      onLive: (change) => this.live.push(change),
      signal: this.stop.signal,
    });
    const handler = siteHandler(storedFiles(project), site);
    const get = async (target: string) => {
      const { status, text } = await ask(handler, target);
      return `${status} ${text}`;
    };
    return { project, site, get };
  }
}

export interface OpenedSite {
  readonly project: MemoryProject;
  readonly site: DynamicSite;
  readonly get: (target: string) => Promise<string>;
}

function storedFiles({ files }: MemoryProject): Parameters<typeof siteHandler>[0] {
  return {
    has: (path) => files.has(path),
    lookup: (path) => {
      const text = files.get(path);
      if (text === undefined) return undefined;
      const bytes = new TextEncoder().encode(text);
      return { path, size: bytes.length, etag: '"1"', utf8: true, modified: 0, read: () => bytes };
    },
  };
}
